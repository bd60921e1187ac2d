// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";

/// What the tests call on a SettlementToken. They do not import the contract itself: forge then compiles it alone when it changes.
interface ITestToken is IERC20Metadata {
    error AccountFrozen(address account);
    error SupplyTooLarge();

    event CrosschainMint(address indexed to, uint256 amount, address indexed sender);
    event CrosschainBurn(address indexed from, uint256 amount, address indexed sender);

    function crosschainMint(address account, uint256 amount) external;
    function crosschainBurn(address account, uint256 amount) external;
    function mint(address account, uint256 amount) external;
    function freeze(address account, bool frozen) external;
    function isFrozen(address account) external view returns (bool);
    function supportsInterface(bytes4 interfaceId) external view returns (bool);
}
