// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;
import {ISettlementGateway} from "../src/ISettlementGateway.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
interface Vm { function deployCode(string calldata, bytes calldata) external returns (address);}
contract SmokeTest {
  Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
  function testIt() external {
    AccessManager m = new AccessManager(address(this));
    ISettlementGateway g = ISettlementGateway(vm.deployCode("SettlementGateway.sol:SettlementGateway", abi.encode(address(m))));
    require(g.gasBase() > 0);
  }
}
