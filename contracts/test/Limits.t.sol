// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlementGateway, OperationKind, SettlementOrder, SlotState} from "../src/ISettlementGateway.sol";
import {World} from "./support/World.sol";

/// What a stolen settler key can move at most.
contract LimitsTest is World {
    bytes4 private constant RATE_LIMITED = ISettlementGateway.RateLimited.selector;
    uint256 private constant MAX = 100e6;
    uint256 private constant PER_SECOND = 1e6;

    function setLimits(uint256 mintMax, uint256 mintPerSecond, uint256 burnMax, uint256 burnPerSecond) private {
        on(source);
        source.gateway.setLimits(address(source.token), mintMax, mintPerSecond, burnMax, burnPerSecond);
        on(destination);
        destination.gateway.setLimits(address(destination.token), mintMax, mintPerSecond, burnMax, burnPerSecond);
    }

    function orderOf(string memory id, uint256 amount) private view returns (SettlementOrder memory order) {
        order = newOrder(id);
        order.amount = amount;
    }

    function expectLimit(bool forMint, uint256 wantedAvailable, uint256 wantedMax) private view {
        (uint256 available, uint256 max) = forMint
            ? destination.gateway.mintLimitOf(address(destination.token))
            : source.gateway.burnLimitOf(address(source.token));
        equal(available, wantedAvailable, "available");
        equal(max, wantedMax, "at most");
    }

    /// A bucket that was emptied is full again after MAX / PER_SECOND seconds, and never fuller.
    function expectBucket(OperationKind kind) private {
        setLimits(0, 0, 0, 0);
        bool forMint = kind == OperationKind.Mint;
        setLimits(forMint ? MAX : 0, PER_SECOND, forMint ? 0 : MAX, PER_SECOND);
        vm.warp(START + 200);
        expectLimit(forMint, MAX, MAX);
        same(run(kind, orderOf("1", MAX + 1), 0), RATE_LIMITED, "more than the bucket");
        same(run(kind, orderOf("2", MAX), 0), APPLIED, "all of it");
        expectLimit(forMint, 0, MAX);
        same(run(kind, orderOf("3", 1), 0), RATE_LIMITED, "one more");
        vm.warp(START + 210);
        expectLimit(forMint, 10 * PER_SECOND, MAX);
        same(run(kind, orderOf("3", 10 * PER_SECOND + 1), 0), RATE_LIMITED, "more than came back");
        same(run(kind, orderOf("4", 10 * PER_SECOND), 0), APPLIED, "what came back");
        vm.warp(START + 1000);
        expectLimit(forMint, MAX, MAX);
    }

    function test_Mint() external {
        expectBucket(OperationKind.Mint);
    }

    function test_Burn() external {
        expectBucket(OperationKind.Burn);
    }

    function test_WithinOneBatch() external {
        setLimits(0, 0, 50e6, 0);
        bytes4[] memory outcomes = run(
            source,
            keeper,
            list(
                operation(OperationKind.Burn, orderOf("1", 30e6), 0),
                operation(OperationKind.Burn, orderOf("2", 30e6), 0),
                operation(OperationKind.Burn, orderOf("3", 20e6), 0)
            )
        );
        same(outcomes[0], APPLIED, "fits");
        same(outcomes[1], RATE_LIMITED, "does not fit any more");
        same(outcomes[2], APPLIED, "takes the rest");
    }

    /// A refused operation gives back what it took of the limit.
    function test_RefusedOperationsTakeNothing() external {
        setLimits(MAX, 0, MAX, 0);
        source.token.freeze(holder, true);
        same(burn(orderOf("1", MAX), 0), ISettlementGateway.TokenRefused.selector, "frozen");
        expectLimit(false, MAX, MAX);
    }

    /// Nothing that gives back or takes away the possibility of a mint waits for a limit.
    function test_Exempt() external {
        SettlementOrder memory order = newOrder("id");
        SettlementOrder memory other = newOrder("other");
        same(burn(order, 0), APPLIED, "burn");
        same(mint(other, 0), APPLIED, "mint");
        setLimits(0, 0, 0, 0);
        same(cancelMint(order, 0), APPLIED, "cancel");
        same(refund(order, 0), APPLIED, "refund");
        same(reverseMint(other, 0), APPLIED, "reverse");
    }

    /// A refund fills no bucket, and uses none up.
    function test_RefundLeavesLimitsAlone() external {
        setLimits(MAX, 0, MAX, 0);
        same(burn(orderOf("1", 60e6), 0), APPLIED, "burn");
        same(refund(orderOf("1", 60e6), 0), APPLIED, "refund");
        expectLimit(false, 40e6, MAX);
        (uint256 available, ) = source.gateway.mintLimitOf(address(source.token));
        equal(available, MAX, "the mint limit");
    }

    function test_NoLimitsNoMovement() external {
        World.End memory bare = source;
        bare.token = deployToken(source.manager, 6);
        World.End memory remote = destination;
        remote.token = deployToken(destination.manager, 6);
        on(source);
        source.gateway.registerRoute(
            address(bare.token),
            remote.chainId,
            address(remote.gateway),
            address(remote.token),
            6
        );
        SettlementOrder memory order = newOrder("id");
        order.token = address(bare.token);
        order.destinationToken = address(remote.token);
        same(burn(order, 0), RATE_LIMITED, "no limit was ever set");
    }

    /// Another size does not forget what was used: an administrator's change is no refill.
    function test_ChangeKeepsWhatWasUsed() external {
        setLimits(0, 0, 0, 0);
        setLimits(0, 0, MAX, 0);
        same(burn(orderOf("1", 30e6), 0), APPLIED, "burn");
        setLimits(0, 0, MAX, 0);
        expectLimit(false, MAX - 30e6, MAX);
        setLimits(0, 0, 2 * MAX, 0);
        expectLimit(false, 2 * MAX - 30e6, 2 * MAX);
        setLimits(0, 0, 20e6, 0);
        expectLimit(false, 0, 20e6);
        same(burn(orderOf("2", 1), 0), RATE_LIMITED, "over the smaller one");
    }

    function test_LargestLimits() external {
        on(source);
        uint256 tooMuch = uint256(NO_LIMIT) + 1;
        address token = address(source.token);
        for (uint256 i = 0; i < 4; ++i) {
            vm.expectRevert(ISettlementGateway.LimitInvalid.selector);
            source.gateway.setLimits(
                token,
                i == 0 ? tooMuch : 0,
                i == 1 ? tooMuch : 0,
                i == 2 ? tooMuch : 0,
                i == 3 ? tooMuch : 0
            );
        }
        source.gateway.setLimits(token, NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT);
        vm.warp(type(uint64).max);
        (uint256 available, uint256 max) = source.gateway.burnLimitOf(token);
        equal(available, NO_LIMIT, "available after ages");
        equal(max, NO_LIMIT, "at most");
    }

    /// A chain whose clock goes back neither refills nor locks up.
    function test_ClockGoesBack() external {
        setLimits(0, 0, 0, 0);
        setLimits(0, 0, MAX, PER_SECOND);
        vm.warp(START + 200);
        same(burn(orderOf("1", MAX), 0), APPLIED, "all of it");
        vm.warp(START + 100);
        expectLimit(false, 0, MAX);
        same(burn(orderOf("2", 1), 0), RATE_LIMITED, "nothing came back");
    }

    function test_MoreThanAUint128() external {
        SettlementOrder memory order = orderOf("id", uint256(NO_LIMIT) + 1);
        source.token.mint(holder, order.amount);
        same(burn(order, 0), RATE_LIMITED, "burn");
        same(mint(order, 0), RATE_LIMITED, "mint");
        order.amount = type(uint256).max;
        same(burn(order, 0), RATE_LIMITED, "burn of the largest number");
        checkSlot(source, order, SlotState.None, 0);
    }
}
