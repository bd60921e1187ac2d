// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlementGateway, OperationKind, SettlementOrder, SlotState} from "../src/ISettlementGateway.sol";
import {World} from "./support/World.sol";

/// The table of transitions, row by row: every operation with every attempt that matters, from every state a slot can be in.
contract TransitionsTest is World {
    bytes4 private constant SUPERSEDED = ISettlementGateway.Superseded.selector;

    SettlementOrder private order;

    function setUp() public override {
        super.setUp();
        order = newOrder("settlement-1");
    }

    /// Runs one operation from the state as it is, checks what became of it, and takes it back.
    function expect(OperationKind kind, uint256 attempt, bytes4 wanted) private {
        uint256 snapshot = vm.snapshotState();
        World.End memory end = isSourceSide(kind) ? source : destination;
        address account = isSourceSide(kind) ? holder : recipient;
        (SlotState stateBefore, uint8 attemptBefore, ) = end.gateway.slotOf(keyOf(order));
        uint256 balanceBefore = end.token.balanceOf(account);
        uint256 supplyBefore = end.token.totalSupply();

        same(run(kind, order, attempt), wanted, string.concat("outcome of ", nameOf(kind)));

        int256 change = wanted == APPLIED ? movementOf(kind) : int256(0);
        equal(end.token.balanceOf(account), uint256(int256(balanceBefore) + change), "the balance");
        equal(end.token.totalSupply(), uint256(int256(supplyBefore) + change), "the supply");
        if (wanted == APPLIED) checkSlot(end, order, stateAfter(kind), attempt);
        else checkSlot(end, order, stateBefore, attemptBefore);
        vm.revertToState(snapshot);
    }

    function expectAll(OperationKind kind, bytes4 first, bytes4 second, bytes4 third) private {
        expect(kind, 0, first);
        expect(kind, 1, second);
        expect(kind, 2, third);
    }

    function movementOf(OperationKind kind) private view returns (int256) {
        if (kind == OperationKind.CancelMint) return 0;
        bool burns = kind == OperationKind.Burn || kind == OperationKind.ReverseMint;
        return burns ? -int256(order.amount) : int256(order.amount);
    }

    function stateAfter(OperationKind kind) private pure returns (SlotState) {
        if (kind == OperationKind.Burn) return SlotState.Burned;
        if (kind == OperationKind.Refund) return SlotState.Refunded;
        if (kind == OperationKind.Mint) return SlotState.Minted;
        if (kind == OperationKind.CancelMint) return SlotState.Cancelled;
        return SlotState.Reversed;
    }

    function nameOf(OperationKind kind) private pure returns (string memory) {
        if (kind == OperationKind.Burn) return "Burn";
        if (kind == OperationKind.Refund) return "Refund";
        if (kind == OperationKind.Mint) return "Mint";
        if (kind == OperationKind.CancelMint) return "CancelMint";
        return "ReverseMint";
    }

    // ------------------------------------------------------------------------------------------------------- source chain

    function test_SourceNone() external {
        expectAll(OperationKind.Burn, APPLIED, SUPERSEDED, SUPERSEDED);
        expectAll(OperationKind.Refund, SUPERSEDED, SUPERSEDED, SUPERSEDED);
    }

    function test_SourceBurned() external {
        same(burn(order, 0), APPLIED, "burn");
        expectAll(OperationKind.Burn, ALREADY, SUPERSEDED, SUPERSEDED);
        expectAll(OperationKind.Refund, APPLIED, SUPERSEDED, SUPERSEDED);
    }

    function test_SourceRefunded() external {
        same(burn(order, 0), APPLIED, "burn");
        same(refund(order, 0), APPLIED, "refund");
        expectAll(OperationKind.Burn, SUPERSEDED, APPLIED, SUPERSEDED);
        expectAll(OperationKind.Refund, ALREADY, SUPERSEDED, SUPERSEDED);
    }

    function test_SourceBurnedAgain() external {
        same(burn(order, 0), APPLIED, "burn");
        same(refund(order, 0), APPLIED, "refund");
        same(burn(order, 1), APPLIED, "burn again");
        expectAll(OperationKind.Burn, SUPERSEDED, ALREADY, SUPERSEDED);
        expectAll(OperationKind.Refund, SUPERSEDED, APPLIED, SUPERSEDED);
    }

    function test_SourceRefundedAgain() external {
        same(burn(order, 0), APPLIED, "burn");
        same(refund(order, 0), APPLIED, "refund");
        same(burn(order, 1), APPLIED, "burn again");
        same(refund(order, 1), APPLIED, "refund again");
        expectAll(OperationKind.Burn, SUPERSEDED, SUPERSEDED, APPLIED);
        expectAll(OperationKind.Refund, SUPERSEDED, ALREADY, SUPERSEDED);
    }

    function test_AttemptsEndWhereTheHolderSaid() external {
        for (uint256 attempt = 0; attempt < 3; ++attempt) {
            same(burn(order, attempt), APPLIED, "burn");
            same(refund(order, attempt), APPLIED, "refund");
        }
        same(burn(order, 3), ISettlementGateway.AttemptsExhausted.selector, "the fourth of three attempts");
        checkSlot(source, order, SlotState.Refunded, 2);
    }

    function test_NoAttemptAllowedNoBurn() external {
        order.maxAttempts = 0;
        same(burn(order, 0), ISettlementGateway.AttemptsExhausted.selector, "the first of no attempts");
    }

    /// The last attempt that fits a byte: nothing wraps around.
    function test_TheLastAttempt() external {
        order.maxAttempts = 255;
        for (uint256 attempt = 0; attempt < 255; ++attempt) {
            same(burn(order, attempt), APPLIED, "burn");
            same(refund(order, attempt), APPLIED, "refund");
        }
        same(burn(order, 255), ISettlementGateway.AttemptsExhausted.selector, "attempt 255");
        same(burn(order, 0), SUPERSEDED, "attempt 0 once more");
    }

    // -------------------------------------------------------------------------------------------------- destination chain

    function test_DestinationNone() external {
        expectAll(OperationKind.Mint, APPLIED, APPLIED, APPLIED);
        expectAll(OperationKind.CancelMint, APPLIED, APPLIED, APPLIED);
        expectAll(OperationKind.ReverseMint, SUPERSEDED, SUPERSEDED, SUPERSEDED);
    }

    function test_DestinationMinted() external {
        same(mint(order, 0), APPLIED, "mint");
        expectAll(OperationKind.Mint, ALREADY, SUPERSEDED, SUPERSEDED);
        expectAll(OperationKind.CancelMint, SUPERSEDED, SUPERSEDED, SUPERSEDED);
        expectAll(OperationKind.ReverseMint, APPLIED, SUPERSEDED, SUPERSEDED);
    }

    function test_DestinationMintedLater() external {
        same(mint(order, 1), APPLIED, "mint");
        expectAll(OperationKind.Mint, SUPERSEDED, ALREADY, SUPERSEDED);
        expectAll(OperationKind.CancelMint, SUPERSEDED, SUPERSEDED, SUPERSEDED);
        expectAll(OperationKind.ReverseMint, SUPERSEDED, APPLIED, SUPERSEDED);
    }

    function test_DestinationCancelled() external {
        same(cancelMint(order, 0), APPLIED, "cancel");
        expectAll(OperationKind.Mint, SUPERSEDED, APPLIED, APPLIED);
        expectAll(OperationKind.CancelMint, ALREADY, APPLIED, APPLIED);
        expectAll(OperationKind.ReverseMint, SUPERSEDED, SUPERSEDED, SUPERSEDED);
    }

    function test_DestinationCancelledLater() external {
        same(cancelMint(order, 1), APPLIED, "cancel");
        expectAll(OperationKind.Mint, SUPERSEDED, SUPERSEDED, APPLIED);
        expectAll(OperationKind.CancelMint, ALREADY, ALREADY, APPLIED);
        expectAll(OperationKind.ReverseMint, SUPERSEDED, SUPERSEDED, SUPERSEDED);
    }

    function test_DestinationMintedAfterTombstone() external {
        same(cancelMint(order, 0), APPLIED, "cancel");
        same(mint(order, 1), APPLIED, "mint");
        expectAll(OperationKind.Mint, SUPERSEDED, ALREADY, SUPERSEDED);
        // Cancelled(0) is not the slot's state any more, so the answer is not "already".
        expectAll(OperationKind.CancelMint, SUPERSEDED, SUPERSEDED, SUPERSEDED);
        expectAll(OperationKind.ReverseMint, SUPERSEDED, APPLIED, SUPERSEDED);
    }

    function test_DestinationReversed() external {
        same(mint(order, 1), APPLIED, "mint");
        same(reverseMint(order, 1), APPLIED, "reverse");
        expectAll(OperationKind.Mint, SUPERSEDED, SUPERSEDED, SUPERSEDED);
        expectAll(OperationKind.CancelMint, SUPERSEDED, SUPERSEDED, SUPERSEDED);
        expectAll(OperationKind.ReverseMint, SUPERSEDED, ALREADY, SUPERSEDED);
    }

    function test_TombstoneForEveryAttempt() external {
        same(cancelMint(order, 255), APPLIED, "cancel all");
        expectAll(OperationKind.Mint, SUPERSEDED, SUPERSEDED, SUPERSEDED);
        same(mint(order, 255), SUPERSEDED, "mint of the last attempt");
    }

    /// Fault 28: the mint that was signed first and sent last.
    function test_OldMintAfterTombstoneAndRefund() external {
        same(burn(order, 0), APPLIED, "burn");
        same(cancelMint(order, 0), APPLIED, "cancel");
        same(refund(order, 0), APPLIED, "refund");
        same(mint(order, 0), SUPERSEDED, "the late mint");
        equal(destination.token.totalSupply(), 0, "nothing was minted");
    }

    // ------------------------------------------------------------------------------------------------- the order itself

    /// Whatever state the slot is in, another order under its id is refused, on either side.
    function test_AnotherOrderUnderTheSameId() external {
        same(burn(order, 0), APPLIED, "burn");
        same(mint(order, 0), APPLIED, "mint");
        expectMismatch();
        same(refund(order, 0), APPLIED, "refund");
        same(reverseMint(order, 0), APPLIED, "reverse");
        expectMismatch();
    }

    function test_AnotherOrderUnderACancelledId() external {
        same(cancelMint(order, 0), APPLIED, "cancel");
        SettlementOrder memory other = order;
        other.amount += 1;
        same(mint(other, 0), ISettlementGateway.OrderMismatch.selector, "mint");
        same(mint(other, 1), ISettlementGateway.OrderMismatch.selector, "mint of a later attempt");
        same(cancelMint(other, 0), ISettlementGateway.OrderMismatch.selector, "cancel");
    }

    function expectMismatch() private {
        SettlementOrder memory other = order;
        other.amount += 1;
        for (uint256 kind = 0; kind < 5; ++kind) {
            for (uint256 attempt = 0; attempt < 2; ++attempt) {
                bytes4 outcome = run(OperationKind(kind), other, attempt);
                same(outcome, ISettlementGateway.OrderMismatch.selector, "another order");
            }
        }
    }

    /// One id is one settlement on a gateway, in whichever direction it goes.
    function test_TheSameIdTheOtherWayRound() external {
        same(burn(order, 0), APPLIED, "burn");
        same(mint(order, 0), APPLIED, "mint");

        SettlementOrder memory back = reversed(order);
        same(run(destination, operation(OperationKind.Burn, back, 0)), MISMATCH, "burn back");
        same(run(source, operation(OperationKind.Mint, back, 0)), MISMATCH, "mint back");
        same(run(source, operation(OperationKind.CancelMint, back, 0)), MISMATCH, "cancel back");
    }

    bytes4 private constant MISMATCH = ISettlementGateway.OrderMismatch.selector;

    function reversed(SettlementOrder memory forward) private view returns (SettlementOrder memory back) {
        back = newOrder(forward.settlementId);
        back.token = address(destination.token);
        back.destinationToken = address(source.token);
        back.destinationGateway = address(source.gateway);
        back.sourceChainId = destination.chainId;
        back.destinationChainId = source.chainId;
    }

    function test_BothDirections() external {
        SettlementOrder memory back = reversed(newOrder("settlement-2"));
        on(destination);
        destination.token.mint(holder, FUNDS);
        same(run(destination, operation(OperationKind.Burn, back, 0)), APPLIED, "burn back");
        same(run(source, operation(OperationKind.Mint, back, 0)), APPLIED, "mint back");
        equal(source.token.balanceOf(recipient), back.amount, "the recipient's balance");
        checkSlot(destination, back, SlotState.Burned, 0);
        checkSlot(source, back, SlotState.Minted, 0);
    }

    function test_FingerprintIsEip712() external {
        bytes32 wanted = digestOf(order);
        on(source);
        equal(source.gateway.fingerprintOf(order), wanted, "on the source");
        on(destination);
        equal(destination.gateway.fingerprintOf(order), wanted, "on the destination");
    }

    function test_FingerprintElsewhere() external {
        vm.chainId(999);
        vm.expectRevert(ISettlementGateway.WrongChain.selector);
        source.gateway.fingerprintOf(order);
        on(destination);
        order.destinationToken = stranger;
        vm.expectRevert(ISettlementGateway.RouteUnknown.selector);
        destination.gateway.fingerprintOf(order);
    }
}
