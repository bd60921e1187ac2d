// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OperationKind} from "../src/ISettlementGateway.sol";
import {ChaosHandler} from "./support/ChaosHandler.sol";
import {Checks} from "./support/Checks.sol";

/// What the gateways hold on their own, under a driver that keeps no rule at all: I2 on each gateway, I3 and I5. (Across two
/// chains nobody but the driver can see to I1 and I4.)
contract ChaosTest is Checks {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    ChaosHandler private handler;

    function setUp() external {
        handler = new ChaosHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = handler.goOn.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function invariant_EachGatewayOnItsOwn() external view {
        handler.checkSupplies();
        handler.checkMints(false);
        handler.checkBurns();
        handler.checkExplained();
    }

    function afterInvariant() external view {
        // A failure that forge replays is as short as it could make it.
        if (handler.steps() < 2000) return;
        for (uint256 kind = 0; kind < 5; ++kind) check(handler.applied(OperationKind(kind)) > 0, "reached: every kind");
        check(handler.alreadyApplied() > 0, "reached: the same operation again");
        check(handler.superseded() > 0, "reached: operations out of turn");
        check(handler.mismatched() > 0, "reached: rivals for an id");
        check(handler.laterAttempts() > 0, "reached: second attempts");
    }
}
