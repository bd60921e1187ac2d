// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlementGateway, Operation, OperationKind, SettlementOrder, SlotState} from "../src/ISettlementGateway.sol";
import {HostileToken} from "./support/HostileToken.sol";
import {SlotModel} from "./support/SlotModel.sol";
import {World} from "./support/World.sol";

/// Properties that hold for whatever comes.
contract FuzzTest is World {
    HostileToken private burnsGas;

    function setUp() public override {
        super.setUp();
        burnsGas = new HostileToken();
        burnsGas.be(HostileToken.Mode.BurnsAllGas);
        connect(source, address(burnsGas), destination, address(destination.token));
    }

    /// Fault 30: at validBefore - 1 yes, at validBefore and behind it no. (The manager's own clock ends at 48 bits.)
    function testFuzz_ValidBefore(uint64 validBefore, uint64 elsewhen) external {
        validBefore = uint64(bound(validBefore, 2, type(uint48).max - 2));
        SettlementOrder memory order = newOrder("id");
        order.validBefore = validBefore;
        for (uint256 i = 0; i < 4; ++i) {
            uint256 time = i < 3 ? uint256(validBefore) + i - 1 : bound(elsewhen, 1, type(uint48).max);
            bytes4 wanted = time < validBefore ? APPLIED : ISettlementGateway.Expired.selector;
            uint256 snapshot = vm.snapshotState();
            vm.warp(time);
            same(burn(order, 0), wanted, "burn");
            same(mint(order, 0), wanted, "mint");
            vm.revertToState(snapshot);
        }
    }

    /// What is burned is minted, or given back, or taken away again: to the unit, for every amount.
    function testFuzz_Amounts(uint128 amount, uint128 rest) external {
        SettlementOrder memory order = newOrder("id");
        order.amount = bound(amount, 1, NO_LIMIT);
        source.token.mint(holder, rest);
        uint256 balance = source.token.balanceOf(holder);
        if (balance < order.amount) source.token.mint(holder, order.amount - balance);
        balance = source.token.balanceOf(holder);

        same(burn(order, 0), APPLIED, "burn");
        equal(source.token.balanceOf(holder), balance - order.amount, "the holder's balance");
        same(mint(order, 0), APPLIED, "mint");
        equal(destination.token.balanceOf(recipient), order.amount, "the recipient's balance");
        equal(destination.token.totalSupply(), order.amount, "the supply there");
        same(reverseMint(order, 0), APPLIED, "reverse");
        equal(destination.token.totalSupply(), 0, "the supply there, reversed");
        same(refund(order, 0), APPLIED, "refund");
        equal(source.token.balanceOf(holder), balance, "the holder's balance, refunded");
        equal(source.token.totalSupply(), balance, "the supply here");
    }

    /// Any sequence of operations, on both chains, against the table written as a function.
    function testFuzz_Sequences(uint256 seed) external {
        SettlementOrder memory order = newOrder("id");
        SlotModel.Slot memory here;
        SlotModel.Slot memory there;
        for (uint256 i = 0; i < 12; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            OperationKind kind = OperationKind(seed % 5);
            uint256 attempt = likelyAttempt(isSourceSide(kind) ? here : there, seed >> 8);
            bytes4 wanted;
            if (isSourceSide(kind)) {
                (wanted, here) = SlotModel.step(here, kind, attempt, order.maxAttempts);
            } else {
                (wanted, there) = SlotModel.step(there, kind, attempt, order.maxAttempts);
            }
            same(run(kind, order, attempt), wanted, "as in the table");
            checkSlot(source, order, here.state, here.attempt);
            checkSlot(destination, order, there.state, there.attempt);
        }
    }

    /// Mostly an attempt near the slot's own; now and then any.
    function likelyAttempt(SlotModel.Slot memory slot, uint256 seed) private pure returns (uint256) {
        if (seed % 16 == 0) return (seed >> 8) % 256;
        return slot.attempt + ((seed >> 8) % 4 == 0 ? 1 : 0);
    }

    /// A bad operation among good ones hurts nobody else, whatever is bad about it and wherever it stands.
    function testFuzz_NeighboursOfABadOne(uint256 badness, uint256 position, uint256 length) external {
        length = bound(length, 1, 5);
        position = position % length;
        Operation[] memory operations = new Operation[](length);
        string[5] memory ids = ["a", "b", "c", "d", "e"];
        for (uint256 i = 0; i < length; ++i) operations[i] = operation(OperationKind.Burn, newOrder(ids[i]), 0);
        bytes4 wanted;
        (operations[position], wanted) = badOne(badness % 12);

        bytes4[] memory outcomes = run(source, keeper, operations);
        for (uint256 i = 0; i < length; ++i)
            same(outcomes[i], i == position ? wanted : APPLIED, "an operation of the batch");
        equal(source.token.balanceOf(holder), FUNDS - (length - 1) * 25e6, "the others' tokens are burned");
    }

    function badOne(uint256 badness) private returns (Operation memory op, bytes4 wanted) {
        SettlementOrder memory order = newOrder("bad");
        if (badness == 0) (order.amount, wanted) = (FUNDS + 1, ISettlementGateway.TokenRefused.selector);
        if (badness == 1) (order.token, wanted) = (address(burnsGas), ISettlementGateway.GasCapExceeded.selector);
        if (badness == 2) (order.validBefore, wanted) = (uint64(block.timestamp), ISettlementGateway.Expired.selector);
        if (badness == 3) (order.maxAttempts, wanted) = (0, ISettlementGateway.AttemptsExhausted.selector);
        if (badness == 4) (order.amount, wanted) = (0, ISettlementGateway.OrderInvalid.selector);
        if (badness == 5) (order.destinationToken, wanted) = (stranger, ISettlementGateway.RouteUnknown.selector);
        if (badness == 6) (order.amount, wanted) = (uint256(NO_LIMIT) + 1, ISettlementGateway.RateLimited.selector);
        if (badness == 7) (order.settlementId, wanted) = ("", ISettlementGateway.OrderInvalid.selector);
        op = operation(OperationKind.Burn, order, 0);
        if (badness == 8) (op.signature, wanted) = (new bytes(65), ISettlementGateway.SignatureInvalid.selector);
        if (badness == 9) (op.attempt, wanted) = (1, ISettlementGateway.Superseded.selector);
        if (badness == 10) (op.kind, wanted) = (OperationKind.Refund, ISettlementGateway.Superseded.selector);
        if (badness == 11) {
            // Another order under an id that is taken.
            same(run(source, op), APPLIED, "the first under the id");
            source.token.mint(holder, order.amount);
            op.order.amount += 1;
            wanted = ISettlementGateway.OrderMismatch.selector;
        }
    }

    /// Only the holder's key, over exactly this order, burns.
    function testFuzz_Signatures(uint256 key, uint256 bit, bytes calldata noise) external {
        SettlementOrder memory order = newOrder("id");
        bytes4 invalid = ISettlementGateway.SignatureInvalid.selector;
        key = bound(key, 1, type(uint128).max);
        if (key != HOLDER_KEY) {
            bytes memory byAnother = sign(key, digestOf(order));
            same(run(source, Operation(OperationKind.Burn, 0, order, byAnother)), invalid, "by another key");
        }
        same(run(source, Operation(OperationKind.Burn, 0, order, noise)), invalid, "noise");

        bytes memory flipped = sign(order);
        bit = bit % (65 * 8);
        flipped[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        same(run(source, Operation(OperationKind.Burn, 0, order, flipped)), invalid, "one bit wrong");
        same(burn(order, 0), APPLIED, "the true one");
    }

    /// The bucket against arithmetic that has no packing, no rounding and no cleverness.
    function testFuzz_Limits(uint256 seed) external {
        uint256 max = seed % 1e12;
        uint256 perSecond = (seed >> 64) % 1e10;
        address token = address(source.token);
        on(source);
        source.gateway.setLimits(token, 0, 0, 0, 0);
        source.gateway.setLimits(token, 0, 0, max, perSecond);
        source.token.mint(holder, 1e15);
        uint256 available = max;
        uint256 time = START;
        string[6] memory ids = ["a", "b", "c", "d", "e", "f"];
        for (uint256 i = 0; i < 6; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 elapsed = seed % 3 == 0 ? 0 : (seed >> 8) % 300;
            time += elapsed;
            vm.warp(time);
            available = available + elapsed * perSecond > max ? max : available + elapsed * perSecond;
            (uint256 seen, ) = source.gateway.burnLimitOf(token);
            equal(seen, available, "available");

            SettlementOrder memory order = newOrder(ids[i]);
            order.amount = 1 + ((seed >> 64) % (seed % 5 == 0 ? max + 2 : available + 2));
            bool fits = order.amount <= available;
            same(burn(order, 0), fits ? APPLIED : ISettlementGateway.RateLimited.selector, "fits or not");
            if (fits) available -= order.amount;
        }
    }

    /// Words wider than their types in any place: refused alone, or the batch cannot be decoded and nothing happens at all.
    function testFuzz_GarbledCalldata(uint256 word, uint256 value) external {
        Operation[] memory operations = list(
            operation(OperationKind.Burn, newOrder("one"), 0),
            operation(OperationKind.Burn, newOrder("two"), 0)
        );
        bytes memory data = abi.encodeCall(ISettlementGateway.execute, (operations));
        uint256 position = 0x24 + 32 * (word % ((data.length - 4) / 32));
        assembly {
            mstore(add(data, position), value)
        }
        uint256 balance = source.token.balanceOf(holder);
        on(source);
        vm.prank(keeper);
        (bool success, ) = address(source.gateway).call(data);
        uint256 burned = balance - source.token.balanceOf(holder);
        if (!success) equal(burned, 0, "nothing happened");
        // No order but these two was signed, so there is nothing else that could have been burned.
        check(burned == 0 || burned == 25e6 || burned == 50e6, "one of them, both or none");
        uint256 slots;
        for (uint256 i = 0; i < 2; ++i) {
            (SlotState state, , ) = source.gateway.slotOf(keyOf(operations[i].order));
            if (state == SlotState.Burned) ++slots;
        }
        equal(burned, slots * 25e6, "as many slots as burns");
    }

    /// Same id, anything else different: never the same settlement.
    function testFuzz_OtherOrders(uint256 field, uint256 value) external {
        SettlementOrder memory order = newOrder("id");
        SettlementOrder memory other = newOrder("id");
        field = field % 5;
        if (field == 0) other.amount = bound(value, 1, type(uint256).max);
        if (field == 1) other.recipient = address(uint160(bound(value, 1, type(uint160).max)));
        if (field == 2) other.holder = address(uint160(value));
        if (field == 3) other.validBefore = uint64(value);
        if (field == 4) other.maxAttempts = uint8(value);
        vm.assume(digestOf(order) != digestOf(other));
        same(burn(order, 0), APPLIED, "burn");
        same(mint(order, 0), APPLIED, "mint");
        for (uint256 kind = 0; kind < 5; ++kind) {
            bytes4 outcome = run(OperationKind(kind), other, 0);
            same(outcome, ISettlementGateway.OrderMismatch.selector, "another order");
        }
    }
}
