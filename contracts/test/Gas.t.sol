// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlementGateway, Operation, OperationKind, SettlementOrder, SlotState} from "../src/ISettlementGateway.sol";
import {HostileToken} from "./support/HostileToken.sol";
import {HostileWallet} from "./support/HostileWallet.sol";
import {World} from "./support/World.sol";

/// The fixed numbers: each kind's cap is enough for the dearest legal case, base and caps together always are enough for a
/// batch, and with less the whole transaction reverts instead of refusing an operation that was owed its gas.
contract GasTest is World {
    HostileToken private here;

    function setUp() public override {
        super.setUp();
        here = new HostileToken();
        connect(source, address(here), destination, address(destination.token));
    }

    function coolAll(World.End memory end) private {
        vm.cool(address(end.gateway));
        vm.cool(address(end.manager));
        vm.cool(address(end.token));
        vm.cool(address(here));
        vm.cool(holder);
        vm.cool(recipient);
    }

    /// The operation as its gateway would call itself, everything cold, with 9/10 of the cap: a tenth is left for tokens that do
    /// more than ours.
    function expectEnough(Operation memory op) private {
        World.End memory end = isSourceSide(op.kind) ? source : destination;
        on(end);
        bytes4[5] memory selectors = [
            ISettlementGateway.burn.selector,
            ISettlementGateway.refund.selector,
            ISettlementGateway.mint.selector,
            ISettlementGateway.cancelMint.selector,
            ISettlementGateway.reverseMint.selector
        ];
        uint256 callGas = end.gateway.gasCapOf(op.kind) - 10_000;
        coolAll(end);
        vm.cool(op.order.holder);
        vm.recordLogs();
        vm.prank(address(end.gateway));
        (bool success, ) = address(end.gateway).call{gas: (callGas * 9) / 10}(
            abi.encodeWithSelector(selectors[uint256(op.kind)], op)
        );
        check(success, "nine tenths of the cap are enough");
        same(outcomesOf(end, list(op), vm.getRecordedLogs())[0], APPLIED, "applied");
    }

    function longOrder() private view returns (SettlementOrder memory order) {
        order = newOrder("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
        order.amount = FUNDS;
    }

    function test_BurnOfEverything() external {
        expectEnough(operation(OperationKind.Burn, longOrder(), 0));
    }

    /// A wallet that takes all that a wallet may take, and says yes.
    function test_BurnByADearWallet() external {
        HostileWallet wallet = new HostileWallet(source.gateway);
        wallet.burnGas(44_000);
        SettlementOrder memory order = longOrder();
        order.holder = address(wallet);
        source.token.mint(address(wallet), order.amount);
        expectEnough(Operation(OperationKind.Burn, 0, order, new bytes(1024)));
    }

    /// The first tokens ever on a chain, to somebody who never held any.
    function test_MintOfTheFirstTokens() external {
        equal(destination.token.totalSupply(), 0, "none yet");
        expectEnough(operation(OperationKind.Mint, longOrder(), 0));
    }

    function test_RefundOfEverything() external {
        SettlementOrder memory order = longOrder();
        same(burn(order, 0), APPLIED, "burn");
        equal(source.token.totalSupply(), 0, "none left");
        expectEnough(operation(OperationKind.Refund, order, 0));
    }

    function test_CancelMint() external {
        expectEnough(operation(OperationKind.CancelMint, longOrder(), 0));
    }

    function test_ReverseMint() external {
        SettlementOrder memory order = longOrder();
        same(mint(order, 0), APPLIED, "mint");
        expectEnough(operation(OperationKind.ReverseMint, order, 0));
    }

    // --------------------------------------------------------------------------------------------------------- the budget

    function budgetOf(World.End memory end, Operation[] memory operations) private pure returns (uint256 budget) {
        budget = end.gateway.gasBase() - 21_000;
        for (uint256 i = 0; i < operations.length; ++i) budget += end.gateway.gasCapOf(operations[i].kind);
    }

    function callWith(
        World.End memory end,
        Operation[] memory operations,
        uint256 gas
    ) private returns (bool success, bytes memory result, bytes4[] memory outcomes) {
        on(end);
        coolAll(end);
        vm.recordLogs();
        vm.prank(keeper);
        (success, result) = address(end.gateway).call{gas: gas}(
            abi.encodeCall(ISettlementGateway.execute, (operations))
        );
        if (success) outcomes = outcomesOf(end, operations, vm.getRecordedLogs());
        else vm.getRecordedLogs();
    }

    function text(uint256 number) private pure returns (string memory) {
        return string(abi.encodePacked("id-", bytes1(uint8(65 + (number % 26))), bytes1(uint8(65 + number / 26))));
    }

    /// Burns in a batch where `bad` says which of them take all the gas they get.
    function batchOf(uint256 length, uint256 bad) private view returns (Operation[] memory operations) {
        operations = new Operation[](length);
        for (uint256 i = 0; i < length; ++i) {
            SettlementOrder memory order = newOrder(text(i));
            if ((bad >> i) & 1 == 1) order.token = address(here);
            operations[i] = operation(OperationKind.Burn, order, 0);
        }
    }

    /// Whichever operations of a batch take their whole cap, the budget does for all of them.
    function testFuzz_BudgetAlwaysSuffices(uint256 length, uint256 bad) external {
        here.be(HostileToken.Mode.BurnsAllGas);
        Operation[] memory operations = batchOf(bound(length, 1, 8), bad);
        (bool success, , bytes4[] memory outcomes) = callWith(source, operations, budgetOf(source, operations));
        check(success, "the budget suffices");
        for (uint256 i = 0; i < operations.length; ++i) {
            bool isBad = (bad >> i) & 1 == 1;
            same(
                outcomes[i],
                isBad ? ISettlementGateway.GasCapExceeded.selector : APPLIED,
                "an operation of the batch"
            );
        }
    }

    /// All five kinds, every role looked up for the first time, everything refused at full cost.
    function test_BudgetOfAllKinds() external {
        HostileToken there = new HostileToken();
        connect(destination, address(there), source, address(here));
        there.be(HostileToken.Mode.BurnsAllGas);
        SettlementOrder memory order = newOrder("id");
        order.token = address(here);
        order.destinationToken = address(there);
        Operation[] memory operations = new Operation[](25);
        for (uint256 i = 0; i < 25; ++i) operations[i] = operation(OperationKind(i % 5), order, 0);
        operations[24] = operation(OperationKind.Mint, newOrder("good"), 0);
        vm.cool(address(there));
        (bool success, , bytes4[] memory outcomes) = callWith(
            destination,
            operations,
            budgetOf(destination, operations)
        );
        check(success, "the budget suffices");
        same(outcomes[2], ISettlementGateway.GasCapExceeded.selector, "a mint that takes everything");
        same(outcomes[24], APPLIED, "the last one");
    }

    /// Many refusals, each after taking the whole cap: every one is paid out of its own share, not out of the base.
    function test_BudgetOfManyRefusals() external {
        here.be(HostileToken.Mode.BurnsAllGas);
        Operation[] memory operations = batchOf(60, type(uint256).max);
        (bool success, , bytes4[] memory outcomes) = callWith(source, operations, budgetOf(source, operations));
        check(success, "the budget suffices");
        for (uint256 i = 0; i < 60; ++i) same(outcomes[i], ISettlementGateway.GasCapExceeded.selector, "refused");
    }

    function test_TooLittleGasReverts() external {
        Operation[] memory operations = batchOf(3, 0);
        uint256 budget = budgetOf(source, operations);
        (bool success, bytes memory result, ) = callWith(source, operations, budget / 3);
        check(!success, "reverted as a whole");
        same(bytes4(result), ISettlementGateway.InsufficientGas.selector, "the reason");
        for (uint256 i = 0; i < 3; ++i) checkSlot(source, operations[i].order, SlotState.None, 0);
    }

    /// With any amount of gas a batch is either reverted as a whole or comes to the same as with plenty. (An estimation looks
    /// for the least gas with which the outer call succeeds: it must not find one with which the operations are refused.)
    function testFuzz_AnyGas(uint256 gas, uint256 bad) external {
        here.be(HostileToken.Mode.BurnsAllGas);
        Operation[] memory operations = batchOf(4, bad);
        (bool success, , bytes4[] memory outcomes) = callWith(
            source,
            operations,
            bound(gas, 20_000, budgetOf(source, operations) + 100_000)
        );
        if (!success) {
            for (uint256 i = 0; i < 4; ++i) checkSlot(source, operations[i].order, SlotState.None, 0);
            return;
        }
        for (uint256 i = 0; i < 4; ++i) {
            bool isBad = (bad >> i) & 1 == 1;
            same(outcomes[i], isBad ? ISettlementGateway.GasCapExceeded.selector : APPLIED, "as with plenty of gas");
        }
    }

    /// An operation that takes its cap to the last drop is applied, or the transaction reverts: it never gets a little less.
    /// (A call gets at most 63/64 of what is there, and does not say so.)
    function test_TheWholeCapOrNothing() external {
        here.give(holder, FUNDS);
        SettlementOrder memory order = newOrder("id");
        order.token = address(here);
        Operation[] memory operations = list(operation(OperationKind.Burn, order, 0));
        uint256 fits = 0;
        uint256 tooMuch = 200_000;
        while (tooMuch - fits > 100) {
            uint256 middle = (fits + tooMuch) / 2;
            here.burnGas(middle);
            if (outcomeWith(operations, 1_000_000) == APPLIED) fits = middle;
            else tooMuch = middle;
        }
        here.burnGas(fits);
        check(fits > 20_000, "room for a token that does more");

        uint256 applied;
        for (uint256 gas = 100_000; gas < 250_000; gas += 250) {
            bytes4 outcome = outcomeWith(operations, gas);
            check(outcome == APPLIED || outcome == bytes4(0), "the whole cap or nothing");
            if (outcome == APPLIED) ++applied;
        }
        check(applied > 0, "applied with the larger amounts");
    }

    /// Zero if the transaction reverted. Leaves everything as it was.
    function outcomeWith(Operation[] memory operations, uint256 gas) private returns (bytes4 outcome) {
        uint256 snapshot = vm.snapshotState();
        (bool success, , bytes4[] memory outcomes) = callWith(source, operations, gas);
        if (success) outcome = outcomes[0];
        vm.revertToState(snapshot);
    }

    function test_PublishedNumbers() external view {
        for (uint256 kind = 0; kind < 5; ++kind) {
            uint256 cap = source.gateway.gasCapOf(OperationKind(kind));
            check(cap >= 50_000 && cap <= 160_000, "a cap that lets a hundred operations fit 16.7 million gas");
        }
        check(source.gateway.gasBase() >= 21_000, "the base includes what every transaction costs");
    }
}
