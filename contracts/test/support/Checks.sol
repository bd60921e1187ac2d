// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Vm} from "./Vm.sol";

/// Assertions that revert, with what was seen and what was wanted.
abstract contract Checks {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error Failed(string what);
    error NotEqual(string what, uint256 seen, uint256 wanted);
    error WrongReason(string what, bytes4 seen, bytes4 wanted);

    function check(bool condition, string memory what) internal pure {
        if (!condition) revert Failed(what);
    }

    function equal(uint256 seen, uint256 wanted, string memory what) internal pure {
        if (seen != wanted) revert NotEqual(what, seen, wanted);
    }

    function equal(bytes32 seen, bytes32 wanted, string memory what) internal pure {
        if (seen != wanted) revert NotEqual(what, uint256(seen), uint256(wanted));
    }

    function equal(address seen, address wanted, string memory what) internal pure {
        if (seen != wanted) revert NotEqual(what, uint160(seen), uint160(wanted));
    }

    function same(bytes4 seen, bytes4 wanted, string memory what) internal pure {
        if (seen != wanted) revert WrongReason(what, seen, wanted);
    }

    /// A number between two bounds, both included.
    function bound(uint256 value, uint256 lowest, uint256 highest) internal pure returns (uint256) {
        uint256 span = highest - lowest;
        return span == type(uint256).max ? value : lowest + (value % (span + 1));
    }
}
