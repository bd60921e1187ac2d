// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlementGateway, Operation, OperationKind, SettlementOrder, SlotState} from "../src/ISettlementGateway.sol";
import {World} from "./support/World.sol";

/// Every reason an operation can be refused for, and what is asked before what.
contract RefusalsTest is World {
    bytes4 private constant WRONG_CHAIN = ISettlementGateway.WrongChain.selector;
    bytes4 private constant ROUTE_UNKNOWN = ISettlementGateway.RouteUnknown.selector;
    bytes4 private constant ORDER_INVALID = ISettlementGateway.OrderInvalid.selector;
    bytes4 private constant EXPIRED = ISettlementGateway.Expired.selector;
    bytes4 private constant PAUSED_NEW = ISettlementGateway.PausedNew.selector;
    bytes4 private constant PAUSED_ALL = ISettlementGateway.PausedAll.selector;
    bytes4 private constant ROUTE_DISABLED = ISettlementGateway.RouteDisabled.selector;
    bytes4 private constant TOKEN_REFUSED = ISettlementGateway.TokenRefused.selector;
    bytes4 private constant RATE_LIMITED = ISettlementGateway.RateLimited.selector;
    bytes4 private constant MISMATCH = ISettlementGateway.OrderMismatch.selector;

    // ------------------------------------------------------------------------------------------------- chain and gateway

    function test_SourceOperationsOnAnotherChain() external {
        SettlementOrder memory order = newOrder("id");
        same(run(destination, operation(OperationKind.Burn, order, 0)), WRONG_CHAIN, "burn on the destination");
        same(run(destination, operation(OperationKind.Refund, order, 0)), WRONG_CHAIN, "refund on the destination");
        vm.chainId(999);
        source.chainId = 999;
        same(run(source, operation(OperationKind.Burn, order, 0)), WRONG_CHAIN, "burn on a fork");
    }

    function test_DestinationOperationsOnAnotherChain() external {
        SettlementOrder memory order = newOrder("id");
        same(run(source, operation(OperationKind.Mint, order, 0)), WRONG_CHAIN, "mint on the source");
        same(run(source, operation(OperationKind.CancelMint, order, 0)), WRONG_CHAIN, "cancel on the source");
        same(run(source, operation(OperationKind.ReverseMint, order, 0)), WRONG_CHAIN, "reverse on the source");
    }

    function test_DestinationGatewayIsAnother() external {
        SettlementOrder memory order = newOrder("id");
        order.destinationGateway = stranger;
        same(mint(order, 0), WRONG_CHAIN, "mint");
        same(cancelMint(order, 0), WRONG_CHAIN, "cancel");
        same(reverseMint(order, 0), WRONG_CHAIN, "reverse");
        same(burn(order, 0), ROUTE_UNKNOWN, "burn");
        same(refund(order, 0), ROUTE_UNKNOWN, "refund");
    }

    // ------------------------------------------------------------------------------------------------------------- route

    function test_SourceTokenUnknown() external {
        SettlementOrder memory order = newOrder("id");
        order.token = address(destination.token);
        expectUnknownRoute(order);
    }

    function test_DestinationTokenUnknown() external {
        SettlementOrder memory order = newOrder("id");
        order.destinationToken = address(source.token);
        expectUnknownRoute(order);
    }

    /// Both tokens are known, but not as a pair.
    function test_TokensOfTwoRoutes() external {
        World.End memory secondSource = source;
        World.End memory secondDestination = destination;
        secondSource.token = deployToken(source.manager, 6);
        secondDestination.token = deployToken(destination.manager, 6);
        connect(secondSource, secondDestination);
        connect(secondDestination, secondSource);

        SettlementOrder memory order = newOrder("id");
        order.destinationToken = address(secondDestination.token);
        expectUnknownRoute(order);
    }

    function expectUnknownRoute(SettlementOrder memory order) private {
        for (uint256 kind = 0; kind < 5; ++kind) {
            same(run(OperationKind(kind), order, 0), ROUTE_UNKNOWN, "a route nobody registered");
        }
    }

    function test_OtherDestinationChain() external {
        SettlementOrder memory order = newOrder("id");
        order.destinationChainId = 103;
        same(burn(order, 0), ROUTE_UNKNOWN, "burn");
        same(mint(order, 0), WRONG_CHAIN, "mint");
    }

    function test_OtherSourceChain() external {
        SettlementOrder memory order = newOrder("id");
        order.sourceChainId = 103;
        same(burn(order, 0), WRONG_CHAIN, "burn");
        Operation[] memory operations = list(Operation(OperationKind.Mint, 0, order, ""));
        same(run(destination, keeper, operations)[0], ROUTE_UNKNOWN, "mint");
    }

    /// A disabled route takes no new burn; what is under way goes on.
    function test_DisabledRoute() external {
        SettlementOrder memory order = newOrder("id");
        same(burn(order, 0), APPLIED, "burn before");
        on(source);
        source.gateway.setRouteEnabled(address(source.token), destination.chainId, false);
        on(destination);
        destination.gateway.setRouteEnabled(address(destination.token), source.chainId, false);

        same(burn(order, 0), ALREADY, "the same burn");
        same(burn(newOrder("new"), 0), ROUTE_DISABLED, "a new burn");
        same(mint(order, 0), APPLIED, "mint");
        same(reverseMint(order, 0), APPLIED, "reverse");
        same(cancelMint(newOrder("other"), 0), APPLIED, "cancel");
        same(refund(order, 0), APPLIED, "refund");

        on(source);
        source.gateway.setRouteEnabled(address(source.token), destination.chainId, true);
        same(burn(newOrder("new"), 0), APPLIED, "a new burn once enabled");
    }

    // ------------------------------------------------------------------------------------------------------ invalid orders

    function expectInvalid(SettlementOrder memory order) private {
        for (uint256 kind = 0; kind < 5; ++kind) {
            same(run(OperationKind(kind), order, 0), ORDER_INVALID, "an order that can never be valid");
        }
    }

    function test_NoAmount() external {
        SettlementOrder memory order = newOrder("id");
        order.amount = 0;
        expectInvalid(order);
    }

    function test_NoRecipient() external {
        SettlementOrder memory order = newOrder("id");
        order.recipient = address(0);
        expectInvalid(order);
    }

    function test_LongestId() external {
        SettlementOrder memory order = newOrder("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
        same(burn(order, 0), APPLIED, "burn");
        same(mint(order, 0), APPLIED, "mint");
    }

    function test_IdWithoutBytes() external {
        expectInvalidId("");
    }

    function test_IdTooLong() external {
        expectInvalidId("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef!");
        expectInvalidId(string(new bytes(100_000)));
    }

    function expectInvalidId(string memory id) private {
        uint256 snapshot = vm.snapshotState();
        expectInvalid(newOrder(id));
        Operation memory bad = operation(OperationKind.Burn, newOrder(id), 0);
        Operation memory good = operation(OperationKind.Burn, newOrder("good"), 0);
        bytes4[] memory outcomes = run(source, keeper, list(bad, good, bad));
        same(outcomes[0], ORDER_INVALID, "the bad one");
        same(outcomes[1], APPLIED, "its neighbour");
        same(outcomes[2], ORDER_INVALID, "the bad one again");
        vm.revertToState(snapshot);
    }

    /// A word wider than its type is another encoding of the same order, with another fingerprint. Solidity's own check would
    /// end the operation without a reason.
    function test_WordsWiderThanTheirTypes() external {
        expectInvalidWord(0, 160);
        expectInvalidWord(1, 160);
        expectInvalidWord(2, 160);
        expectInvalidWord(3, 160);
        expectInvalidWord(4, 160);
        expectInvalidWord(8, 64);
        expectInvalidWord(9, 8);
    }

    /// Sets one bit too many in the n-th word behind the id's offset.
    function expectInvalidWord(uint256 index, uint256 bits) private {
        Operation[] memory operations = list(
            operation(OperationKind.Burn, newOrder("wide"), 0),
            operation(OperationKind.Burn, newOrder("good"), 0)
        );
        bytes memory data = abi.encodeCall(ISettlementGateway.execute, (operations));
        // selector, array offset, length, two operation offsets, then the first operation's four words and the id's offset
        uint256 position = 4 + 32 * (2 + 2 + 4 + 1 + index);
        data[position + 31 - bits / 8] |= 0x01;

        uint256 snapshot = vm.snapshotState();
        on(source);
        vm.recordLogs();
        vm.prank(keeper);
        (bool success, ) = address(source.gateway).call(data);
        check(success, "the batch went through");
        bytes4[] memory outcomes = outcomesOf(source, operations, vm.getRecordedLogs());
        same(outcomes[0], ORDER_INVALID, "the wide word");
        same(outcomes[1], APPLIED, "its neighbour");
        vm.revertToState(snapshot);
    }

    function test_UndecodableInputReverts() external {
        on(source);
        vm.prank(keeper);
        bytes memory data = abi.encodeWithSelector(ISettlementGateway.execute.selector, 0x20, 1, 0x20, 9, 0, 0, 0);
        (bool success, ) = address(source.gateway).call(data);
        check(!success, "an operation of no kind");
    }

    // --------------------------------------------------------------------------------------------------------------- time

    function test_BurnExpires() external {
        vm.warp(VALID_BEFORE - 1);
        same(burn(newOrder("in time"), 0), APPLIED, "one second before");
        vm.warp(VALID_BEFORE);
        same(burn(newOrder("late"), 0), EXPIRED, "at validBefore");
        vm.warp(VALID_BEFORE + 1);
        same(burn(newOrder("late"), 0), EXPIRED, "after it");
    }

    function test_MintExpires() external {
        vm.warp(VALID_BEFORE - 1);
        same(mint(newOrder("in time"), 0), APPLIED, "one second before");
        vm.warp(VALID_BEFORE);
        same(mint(newOrder("late"), 0), EXPIRED, "at validBefore");
        vm.warp(VALID_BEFORE + 1);
        same(mint(newOrder("late"), 0), EXPIRED, "after it");
    }

    function test_WhatUndoesNeverExpires() external {
        SettlementOrder memory order = newOrder("id");
        SettlementOrder memory other = newOrder("other");
        same(burn(order, 0), APPLIED, "burn");
        same(mint(other, 0), APPLIED, "mint of the other");
        vm.warp(uint256(VALID_BEFORE) + 365 days);
        same(cancelMint(order, 0), APPLIED, "cancel");
        same(refund(order, 0), APPLIED, "refund");
        same(reverseMint(other, 0), APPLIED, "reverse");
    }

    // ------------------------------------------------------------------------------------------------------------- pauses

    function test_PausedNewStopsBurnOnly() external {
        SettlementOrder memory order = newOrder("id");
        same(burn(order, 0), APPLIED, "burn before");
        source.gateway.setPausedNew(true);
        destination.gateway.setPausedNew(true);
        check(source.gateway.pausedNew() && !source.gateway.pausedAll(), "paused for new");

        same(burn(newOrder("new"), 0), PAUSED_NEW, "a new burn");
        same(burn(order, 0), ALREADY, "the same burn");
        same(mint(order, 0), APPLIED, "mint");
        same(reverseMint(order, 0), APPLIED, "reverse");
        same(cancelMint(newOrder("other"), 0), APPLIED, "cancel");
        same(refund(order, 0), APPLIED, "refund");
        same(burn(order, 1), PAUSED_NEW, "the next attempt");

        source.gateway.setPausedNew(false);
        same(burn(order, 1), APPLIED, "the next attempt, later");
    }

    function test_PausedAllStopsEverything() external {
        SettlementOrder memory order = newOrder("id");
        same(burn(order, 0), APPLIED, "burn before");
        same(mint(order, 0), APPLIED, "mint before");
        source.gateway.setPausedAll(true);
        destination.gateway.setPausedAll(true);
        check(source.gateway.pausedAll() && !source.gateway.pausedNew(), "paused for all");

        for (uint256 kind = 0; kind < 5; ++kind) {
            same(run(OperationKind(kind), newOrder("new"), 0), PAUSED_ALL, "a new one");
            same(run(OperationKind(kind), order, 0), PAUSED_ALL, "the one under way");
        }

        source.gateway.setPausedAll(false);
        destination.gateway.setPausedAll(false);
        same(burn(order, 0), ALREADY, "the burn");
        same(refund(order, 0), APPLIED, "the refund");
    }

    // --------------------------------------------------------------------------------------------------- the token says no

    function test_HolderLacksTheTokens() external {
        SettlementOrder memory order = newOrder("id");
        order.amount = FUNDS + 1;
        same(burn(order, 0), TOKEN_REFUSED, "burn");
        checkSlot(source, order, SlotState.None, 0);
    }

    function test_FrozenHolder() external {
        SettlementOrder memory order = newOrder("id");
        source.token.freeze(holder, true);
        same(burn(order, 0), TOKEN_REFUSED, "burn");
        source.token.freeze(holder, false);
        same(burn(order, 0), APPLIED, "burn later");
        source.token.freeze(holder, true);
        same(refund(order, 0), TOKEN_REFUSED, "refund");
        checkSlot(source, order, SlotState.Burned, 0);
    }

    function test_FrozenRecipient() external {
        SettlementOrder memory order = newOrder("id");
        destination.token.freeze(recipient, true);
        same(mint(order, 0), TOKEN_REFUSED, "mint");
        checkSlot(destination, order, SlotState.None, 0);
        same(cancelMint(order, 0), APPLIED, "cancel");
    }

    /// The recipient spent the tokens: nothing to reverse, the slot stays Minted.
    function test_ReverseOfSpentTokens() external {
        SettlementOrder memory order = newOrder("id");
        same(mint(order, 0), APPLIED, "mint");
        vm.prank(recipient);
        destination.token.transfer(stranger, 1);
        same(reverseMint(order, 0), TOKEN_REFUSED, "reverse");
        checkSlot(destination, order, SlotState.Minted, 0);
    }

    function test_GatewayLostItsRoleOnTheToken() external {
        source.manager.revokeRole(BRIDGE, address(source.gateway));
        same(burn(newOrder("id"), 0), TOKEN_REFUSED, "burn");
    }

    // --------------------------------------------------------------------------------------------------------- precedence

    /// Who the order is comes first: whatever time, limits and pauses say, the answer to the same question stays the same.
    function test_IdentityBeforeEverythingThatChanges() external {
        SettlementOrder memory order = newOrder("id");
        same(burn(order, 0), APPLIED, "burn");
        same(mint(order, 0), APPLIED, "mint");
        source.gateway.setPausedNew(true);
        on(source);
        source.gateway.setLimits(address(source.token), 0, 0, 0, 0);
        on(destination);
        destination.gateway.setLimits(address(destination.token), 0, 0, 0, 0);
        vm.warp(uint256(VALID_BEFORE) + 1);
        vm.prank(holder);
        source.token.transfer(stranger, FUNDS - order.amount);

        same(burn(order, 0), ALREADY, "the same burn");
        same(mint(order, 0), ALREADY, "the same mint");
        Operation memory unsigned = Operation(OperationKind.Burn, 0, order, "");
        same(run(source, unsigned), ALREADY, "the same burn without a signature");
        SettlementOrder memory other = newOrder("id");
        other.recipient = stranger;
        same(burn(other, 0), MISMATCH, "another burn");
        same(mint(other, 0), MISMATCH, "another mint");
        same(burn(order, 1), ISettlementGateway.Superseded.selector, "the next attempt");
    }

    /// What never changes is asked before what may be different in a minute: a caller who may try again is told so last.
    function test_DefiniteBeforeTransient() external {
        SettlementOrder memory order = newOrder("id");
        source.gateway.setPausedNew(true);
        on(source);
        source.gateway.setLimits(address(source.token), 0, 0, 0, 0);
        source.gateway.setRouteEnabled(address(source.token), destination.chainId, false);

        Operation memory unsigned = Operation(OperationKind.Burn, 0, order, "");
        same(run(source, unsigned), ISettlementGateway.SignatureInvalid.selector, "signature before pause");
        same(burn(order, 0), PAUSED_NEW, "pause before route");
        source.gateway.setPausedNew(false);
        same(burn(order, 0), ROUTE_DISABLED, "route before limit");
        on(source);
        source.gateway.setRouteEnabled(address(source.token), destination.chainId, true);
        same(burn(order, 0), RATE_LIMITED, "the limit last");
        vm.warp(VALID_BEFORE);
        same(run(source, unsigned), EXPIRED, "expiry before signature");
        on(source);
        vm.prank(holder);
        source.gateway.revoke(order);
        same(burn(order, 0), ISettlementGateway.Revoked.selector, "revocation before expiry");
        order.maxAttempts = 0;
        same(burn(order, 0), ISettlementGateway.AttemptsExhausted.selector, "attempts before all of these");
        order.destinationToken = stranger;
        same(burn(order, 0), ROUTE_UNKNOWN, "route before the order's state");
        source.gateway.setPausedAll(true);
        same(burn(order, 0), PAUSED_ALL, "the pause of all before the route");
        same(
            run(source, stranger, list(operation(OperationKind.Burn, order, 0)))[0],
            ISettlementGateway.NotAuthorized.selector,
            "the role first"
        );
    }

    // ------------------------------------------------------------------------------------------------- told before it is done

    function test_ToldOfEachOnItsOwn() external {
        Operation[] memory burns = new Operation[](4);
        for (uint256 i = 0; i < burns.length; ++i) {
            SettlementOrder memory order = newOrder(string(abi.encodePacked("told-", bytes1(uint8(48 + i)))));
            order.amount = FUNDS; // each for all of it: alone it would go through
            burns[i] = operation(OperationKind.Burn, order, 0);
        }
        burns[1].signature = burns[2].signature;
        burns[3].order.settlementId = "";
        on(source);
        bytes4[] memory told = source.gateway.burnRefusalsOf(burns);
        equal(told.length, 4, "an answer for each");
        same(told[0], bytes4(0), "one that would burn");
        same(told[1], ISettlementGateway.SignatureInvalid.selector, "signed for another");
        same(told[2], bytes4(0), "the one behind a bad one");
        same(told[3], ORDER_INVALID, "one without an id");
        checkSlot(source, burns[0].order, SlotState.None, 0);
        same(run(source, burns[0]), APPLIED, "the burn");
        same(source.gateway.burnRefusalsOf(list(burns[0]))[0], bytes4(0), "one that is burned");
    }
}
