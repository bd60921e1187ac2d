// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlementGateway, Operation, OperationKind, SettlementOrder, SlotState} from "../src/ISettlementGateway.sol";
import {HostileToken} from "./support/HostileToken.sol";
import {HostileWallet} from "./support/HostileWallet.sol";
import {World} from "./support/World.sol";

/// Faults 29a and 47: tokens and wallets that do what they should not. Only their own operation is refused, nothing of it stays,
/// and the operations before and behind it in the batch go through with the gas that was meant for them.
contract HostileTest is World {
    bytes4 private constant TOKEN_REFUSED = ISettlementGateway.TokenRefused.selector;
    bytes4 private constant TOKEN_MISBEHAVED = ISettlementGateway.TokenMisbehaved.selector;
    bytes4 private constant GAS_CAP_EXCEEDED = ISettlementGateway.GasCapExceeded.selector;
    bytes4 private constant SIGNATURE_INVALID = ISettlementGateway.SignatureInvalid.selector;
    bytes4 private constant REENTRANT = bytes4(keccak256("ReentrancyGuardReentrantCall()"));

    HostileToken private here;
    HostileToken private there;

    function setUp() public override {
        super.setUp();
        here = new HostileToken();
        there = new HostileToken();
        connect(source, address(here), destination, address(there));
        connect(destination, address(there), source, address(here));
        here.give(holder, 1000e6);
        there.give(stranger, 1000e6);
    }

    function hostileOrder(string memory id) private view returns (SettlementOrder memory order) {
        order = newOrder(id);
        order.token = address(here);
        order.destinationToken = address(there);
    }

    /// Runs the operation between two good ones, with the gas that a lane would give and not more.
    function sandwich(OperationKind kind, Operation memory middle) private returns (bytes4) {
        World.End memory end = isSourceSide(kind) ? source : destination;
        OperationKind neighbour = isSourceSide(kind) ? OperationKind.Burn : OperationKind.Mint;
        Operation[] memory operations = list(
            operation(neighbour, newOrder("before"), 0),
            middle,
            operation(neighbour, newOrder("behind"), 0)
        );
        uint256 budget = end.gateway.gasBase() - 21_000;
        for (uint256 i = 0; i < 3; ++i) budget += end.gateway.gasCapOf(operations[i].kind);

        on(end);
        uint256 snapshot = vm.snapshotState();
        vm.cool(address(end.gateway));
        vm.cool(address(end.manager));
        vm.cool(address(end.token));
        vm.recordLogs();
        vm.prank(keeper);
        (bool success, ) = address(end.gateway).call{gas: budget}(
            abi.encodeCall(ISettlementGateway.execute, (operations))
        );
        check(success, "the batch went through");
        bytes4[] memory outcomes = outcomesOf(end, operations, vm.getRecordedLogs());
        same(outcomes[0], APPLIED, "the one before");
        same(outcomes[2], APPLIED, "the one behind");
        vm.revertToState(snapshot);
        return outcomes[1];
    }

    /// The outcome of each of the four kinds that touch a token.
    function expectAll(HostileToken.Mode mode, bytes4 wanted) private {
        uint256 snapshot = vm.snapshotState();
        SettlementOrder memory order = hostileOrder("id");
        SettlementOrder memory under_way = hostileOrder("under way");
        same(burn(under_way, 0), APPLIED, "a burn to refund");
        same(mint(under_way, 0), APPLIED, "a mint to reverse");
        here.be(mode);
        there.be(mode);
        same(sandwich(OperationKind.Burn, operation(OperationKind.Burn, order, 0)), wanted, "burn");
        same(sandwich(OperationKind.Refund, operation(OperationKind.Refund, under_way, 0)), wanted, "refund");
        same(sandwich(OperationKind.Mint, operation(OperationKind.Mint, order, 0)), wanted, "mint");
        same(
            sandwich(OperationKind.ReverseMint, operation(OperationKind.ReverseMint, under_way, 0)),
            wanted,
            "reverse"
        );

        // Nothing of a refused operation stays, and a tombstone needs no token.
        if (wanted != APPLIED) {
            same(burn(order, 0), wanted, "burn on its own");
            checkSlot(source, order, SlotState.None, 0);
            same(mint(order, 0), wanted, "mint on its own");
            checkSlot(destination, order, SlotState.None, 0);
            same(refund(under_way, 0), wanted, "refund on its own");
            checkSlot(source, under_way, SlotState.Burned, 0);
        }
        same(cancelMint(order, 0), APPLIED, "cancel");

        here.be(HostileToken.Mode.Fair);
        same(burn(order, 0), APPLIED, "burn once it behaves");
        same(refund(under_way, 0), APPLIED, "refund once it behaves");
        vm.revertToState(snapshot);
    }

    // ------------------------------------------------------------------------------------------------------------- tokens

    function test_Fair() external {
        SettlementOrder memory order = hostileOrder("id");
        same(sandwich(OperationKind.Burn, operation(OperationKind.Burn, order, 0)), APPLIED, "burn");
        same(sandwich(OperationKind.Mint, operation(OperationKind.Mint, order, 0)), APPLIED, "mint");
    }

    function test_Reverts() external {
        expectAll(HostileToken.Mode.Reverts, TOKEN_REFUSED);
    }

    function test_RevertsWithoutReason() external {
        expectAll(HostileToken.Mode.RevertsEmpty, TOKEN_REFUSED);
    }

    function test_DoesNothing() external {
        expectAll(HostileToken.Mode.DoesNothing, TOKEN_MISBEHAVED);
    }

    function test_ReturnsFalse() external {
        expectAll(HostileToken.Mode.ReturnsFalse, TOKEN_MISBEHAVED);
    }

    function test_TakesFee() external {
        expectAll(HostileToken.Mode.TakesFee, TOKEN_MISBEHAVED);
    }

    function test_TakesFeeOfOthers() external {
        expectAll(HostileToken.Mode.TakesFeeOfOthers, TOKEN_MISBEHAVED);
    }

    function test_MovesElsewhere() external {
        expectAll(HostileToken.Mode.MovesElsewhere, TOKEN_MISBEHAVED);
    }

    function test_SupplyStays() external {
        expectAll(HostileToken.Mode.SupplyStays, TOKEN_MISBEHAVED);
    }

    function test_BalanceStays() external {
        expectAll(HostileToken.Mode.BalanceStays, TOKEN_MISBEHAVED);
    }

    function test_MovesTwice() external {
        expectAll(HostileToken.Mode.MovesTwice, TOKEN_MISBEHAVED);
    }

    function test_BalanceReverts() external {
        expectAll(HostileToken.Mode.BalanceReverts, TOKEN_MISBEHAVED);
    }

    function test_BalanceIsShort() external {
        expectAll(HostileToken.Mode.BalanceIsShort, TOKEN_MISBEHAVED);
    }

    function test_SupplyReverts() external {
        expectAll(HostileToken.Mode.SupplyReverts, TOKEN_MISBEHAVED);
    }

    function test_BurnsAllGas() external {
        expectAll(HostileToken.Mode.BurnsAllGas, GAS_CAP_EXCEEDED);
    }

    function test_RevertsWithBomb() external {
        expectAll(HostileToken.Mode.RevertsWithBomb, TOKEN_REFUSED);
    }

    /// Whether it passes depends on what the bomb cost it. Either is fine, as long as it is one of these and alone.
    function test_ReturnsBomb() external {
        here.be(HostileToken.Mode.ReturnsBomb);
        bytes4 outcome = sandwich(OperationKind.Burn, operation(OperationKind.Burn, hostileOrder("id"), 0));
        check(outcome == APPLIED || outcome == GAS_CAP_EXCEEDED, "applied or out of gas");
    }

    function test_BalanceBurnsAllGas() external {
        here.be(HostileToken.Mode.BalanceBurnsAllGas);
        bytes4 outcome = sandwich(OperationKind.Burn, operation(OperationKind.Burn, hostileOrder("id"), 0));
        check(outcome == TOKEN_MISBEHAVED || outcome == GAS_CAP_EXCEEDED, "misbehaved or out of gas");
    }

    function test_BalanceReturnsBomb() external {
        here.be(HostileToken.Mode.BalanceReturnsBomb);
        bytes4 outcome = sandwich(OperationKind.Burn, operation(OperationKind.Burn, hostileOrder("id"), 0));
        check(outcome == TOKEN_MISBEHAVED || outcome == GAS_CAP_EXCEEDED, "misbehaved or out of gas");
    }

    function test_CodeIsGone() external {
        SettlementOrder memory order = hostileOrder("id");
        vm.etch(address(here), "");
        vm.etch(address(there), "");
        same(sandwich(OperationKind.Burn, operation(OperationKind.Burn, order, 0)), TOKEN_MISBEHAVED, "burn");
        same(sandwich(OperationKind.Mint, operation(OperationKind.Mint, order, 0)), TOKEN_MISBEHAVED, "mint");
    }

    // -------------------------------------------------------------------------------------------------------- re-entrancy

    /// The token has every role and calls back in the middle of its own mint: with another operation, or the same once more.
    function test_TokenEntersExecute() external {
        destination.manager.grantRole(SETTLER, address(there), 0);
        SettlementOrder memory order = hostileOrder("id");
        SettlementOrder memory other = newOrder("other");
        expectShutOut(order, other);
        expectShutOut(order, order);
    }

    function expectShutOut(SettlementOrder memory order, SettlementOrder memory inner) private {
        uint256 snapshot = vm.snapshotState();
        bytes memory data = abi.encodeCall(ISettlementGateway.execute, (list(operation(OperationKind.Mint, inner, 0))));
        there.callBack(HostileToken.Mode.CallsBackOrReverts, address(destination.gateway), data);
        same(mint(order, 0), TOKEN_REFUSED, "a token that insists");
        checkSlot(destination, order, SlotState.None, 0);

        there.callBack(HostileToken.Mode.CallsBack, address(destination.gateway), data);
        same(mint(order, 0), APPLIED, "a token that gives up");
        check(there.calledBack() && !there.callSucceeded(), "not let in");
        same(bytes4(there.callResult()), REENTRANT, "the reason");
        equal(there.balanceOf(recipient), order.amount, "minted once");
        equal(destination.token.totalSupply(), 0, "nothing else was minted");
        vm.revertToState(snapshot);
    }

    function test_TokenCallsTheEntryPoints() external {
        SettlementOrder memory order = hostileOrder("id");
        bytes memory data = abi.encodeCall(
            ISettlementGateway.mint,
            (operation(OperationKind.Mint, newOrder("other"), 0))
        );
        there.callBack(HostileToken.Mode.CallsBack, address(destination.gateway), data);
        same(mint(order, 0), APPLIED, "the mint");
        same(bytes4(there.callResult()), ISettlementGateway.NotSelf.selector, "the reason");
    }

    /// Whoever asks in the middle of an operation finds it done.
    function test_TokenFindsTheSlotWritten() external {
        SettlementOrder memory order = hostileOrder("id");
        bytes memory question = abi.encodeCall(ISettlementGateway.slotOf, (keyOf(order)));
        here.callBack(HostileToken.Mode.CallsBack, address(source.gateway), question);
        there.callBack(HostileToken.Mode.CallsBack, address(destination.gateway), question);
        same(burn(order, 0), APPLIED, "burn");
        expectSeen(here, SlotState.Burned);
        same(refund(order, 0), APPLIED, "refund");
        expectSeen(here, SlotState.Refunded);
        same(mint(order, 0), APPLIED, "mint");
        expectSeen(there, SlotState.Minted);
        same(reverseMint(order, 0), APPLIED, "reverse");
        expectSeen(there, SlotState.Reversed);
    }

    function expectSeen(HostileToken token, SlotState wanted) private view {
        equal(uint256(token.callResult()), uint256(wanted), "the state that the token saw");
    }

    /// A wallet that revokes another of its orders while this one is being burned.
    function test_TokenLetsTheHolderRevoke() external {
        HostileWallet wallet = new HostileWallet(source.gateway);
        here.give(address(wallet), 1000e6);
        SettlementOrder memory order = hostileOrder("id");
        order.holder = address(wallet);
        SettlementOrder memory other = hostileOrder("other");
        other.holder = address(wallet);
        bytes memory data = abi.encodeCall(HostileWallet.revoke, (other));
        here.callBack(HostileToken.Mode.CallsBack, address(wallet), data);
        same(burn(order, 0), APPLIED, "the burn");
        same(bytes4(here.callResult()), REENTRANT, "the reason");
        check(!source.gateway.isRevoked(digestOf(other)), "not revoked in there");
        wallet.revoke(other);
        check(source.gateway.isRevoked(digestOf(other)), "but outside");
    }

    /// The guard is down again behind every batch, refused or not.
    function test_GuardIsReleased() external {
        SettlementOrder memory order = hostileOrder("id");
        here.be(HostileToken.Mode.BurnsAllGas);
        same(burn(order, 0), GAS_CAP_EXCEEDED, "refused");
        here.be(HostileToken.Mode.Fair);
        same(burn(order, 0), APPLIED, "applied");
    }

    // ------------------------------------------------------------------------------------------------------------ wallets

    function walletBurn(HostileWallet.Mode mode) private returns (bytes4) {
        HostileWallet wallet = new HostileWallet(source.gateway);
        wallet.be(mode);
        SettlementOrder memory order = newOrder("wallet");
        order.holder = address(wallet);
        wallet.aimAt(order);
        source.token.mint(address(wallet), order.amount);
        return sandwich(OperationKind.Burn, Operation(OperationKind.Burn, 0, order, "anything"));
    }

    function test_WalletBurnsAllGas() external {
        same(walletBurn(HostileWallet.Mode.BurnsAllGas), SIGNATURE_INVALID, "all gas");
    }

    /// A wallet has its own share of the gas; one that needs more has not agreed.
    function test_WalletTakesMoreThanItsShare() external {
        HostileWallet wallet = new HostileWallet(source.gateway);
        wallet.burnGas(60_000);
        SettlementOrder memory order = newOrder("wallet");
        order.holder = address(wallet);
        source.token.mint(address(wallet), order.amount);
        Operation memory op = Operation(OperationKind.Burn, 0, order, "anything");
        same(sandwich(OperationKind.Burn, op), SIGNATURE_INVALID, "too dear");
        wallet.burnGas(40_000);
        same(sandwich(OperationKind.Burn, op), APPLIED, "dear");
    }

    function test_WalletRevertsWithBomb() external {
        same(walletBurn(HostileWallet.Mode.RevertsWithBomb), SIGNATURE_INVALID, "a bomb as error");
    }

    /// Its answer begins with the magic value's four bytes; the rest of the word is zero, so the answer is a yes.
    function test_WalletReturnsBomb() external {
        same(walletBurn(HostileWallet.Mode.ReturnsBomb), APPLIED, "a bomb as answer");
    }

    function test_WalletEntersExecute() external {
        same(walletBurn(HostileWallet.Mode.EntersExecute), APPLIED, "execute from a static call");
    }

    function test_WalletEntersRevoke() external {
        same(walletBurn(HostileWallet.Mode.EntersRevoke), APPLIED, "revoke from a static call");
    }
}
