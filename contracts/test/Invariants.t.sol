// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OperationKind} from "../src/ISettlementGateway.sol";
import {SagaHandler} from "./support/SagaHandler.sol";
import {Checks} from "./support/Checks.sol";

/// I1 to I5 of the fault model, after every step of long random runs on both gateways: the driver keeps its rules, the network
/// delivers what was journaled whenever and as often as it likes.
contract InvariantsTest is Checks {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    SagaHandler private handler;

    function setUp() external {
        handler = new SagaHandler();
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

    function invariant_I1_EveryTokenIsAccountedFor() external view {
        handler.checkSupplies();
        handler.checkInFlight();
    }

    function invariant_I2_AtMostOneMint() external view {
        handler.checkMints(true);
    }

    function invariant_I3_AtMostOneBurnAndRefundAnAttempt() external view {
        handler.checkBurns();
    }

    function invariant_I4_NeverPaidAndRefunded() external view {
        handler.checkOneOutcome();
    }

    function invariant_I5_OrdersAgree() external view {
        handler.checkExplained();
    }

    /// The run went deep: a suite in which nothing ever happens holds every invariant. (Refunds proved by time are in most runs and
    /// not in each; that there are enough is shown by the planted bug that drops the expiry of a mint.)
    function afterInvariant() external view {
        // A failure that forge replays is as short as it could make it.
        if (handler.steps() < 2000) return;
        check(handler.applied(OperationKind.Burn) > 0, "reached: burns");
        check(handler.applied(OperationKind.Mint) > 0, "reached: mints");
        check(handler.applied(OperationKind.Refund) > 0, "reached: refunds");
        check(handler.applied(OperationKind.CancelMint) > 0, "reached: tombstones");
        check(handler.alreadyApplied() > 0, "reached: the same operation again");
        check(handler.superseded() > 0, "reached: operations that came too late");
        check(handler.mismatched() > 0, "reached: rivals for an id");
        check(handler.laterAttempts() > 0, "reached: second attempts");
        check(handler.outOfGas() > 0, "reached: batches without gas");
        check(handler.byTombstone() > 0, "reached: refunds proved by a tombstone");
        check(handler.byMark() > 0, "reached: refunds proved by a mark");
        check(handler.applied(OperationKind.ReverseMint) > 0, "reached: reversals");
    }
}
