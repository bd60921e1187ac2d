// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlementGateway, SettlementOrder, SlotState} from "../src/ISettlementGateway.sol";
import {HostileWallet} from "./support/HostileWallet.sol";
import {Log} from "./support/Vm.sol";
import {World} from "./support/World.sol";

/// The holder takes the consent back.
contract RevokeTest is World {
    bytes4 private constant REVOKED = ISettlementGateway.Revoked.selector;

    function revoke(SettlementOrder memory order) private {
        on(source);
        vm.prank(order.holder);
        source.gateway.revoke(order);
    }

    function test_BeforeTheBurn() external {
        SettlementOrder memory order = newOrder("id");
        check(!source.gateway.isRevoked(digestOf(order)), "not yet");
        vm.recordLogs();
        revoke(order);
        Log[] memory logs = vm.getRecordedLogs();
        equal(logs.length, 1, "one event");
        equal(logs[0].topics[0], ISettlementGateway.OrderRevoked.selector, "its name");
        equal(logs[0].topics[1], keyOf(order), "its key");
        equal(logs[0].topics[2], digestOf(order), "its fingerprint");
        equal(address(uint160(uint256(logs[0].topics[3]))), holder, "its holder");

        check(source.gateway.isRevoked(digestOf(order)), "revoked");
        checkSlot(source, order, SlotState.None, 0);
        same(burn(order, 0), REVOKED, "burn");
    }

    function test_AfterTheRefund() external {
        SettlementOrder memory order = newOrder("id");
        same(burn(order, 0), APPLIED, "burn");
        same(refund(order, 0), APPLIED, "refund");
        revoke(order);
        same(burn(order, 1), REVOKED, "the next attempt");
        same(refund(order, 0), ALREADY, "the refund stands");
        checkSlot(source, order, SlotState.Refunded, 0);
    }

    function test_NotWhileBurned() external {
        SettlementOrder memory order = newOrder("id");
        same(burn(order, 0), APPLIED, "burn");
        on(source);
        vm.prank(holder);
        vm.expectRevert(ISettlementGateway.Superseded.selector);
        source.gateway.revoke(order);
        same(refund(order, 0), APPLIED, "refund");
        same(burn(order, 1), APPLIED, "the next attempt");
    }

    function test_ByTheHolderOnly() external {
        SettlementOrder memory order = newOrder("id");
        on(source);
        vm.prank(keeper);
        vm.expectRevert(ISettlementGateway.NotHolder.selector);
        source.gateway.revoke(order);
    }

    function test_OnTheSourceOnly() external {
        SettlementOrder memory order = newOrder("id");
        on(destination);
        vm.prank(holder);
        vm.expectRevert(ISettlementGateway.WrongChain.selector);
        destination.gateway.revoke(order);
        same(mint(order, 0), APPLIED, "mint");
    }

    function test_InvalidOrder() external {
        SettlementOrder memory order = newOrder("");
        on(source);
        vm.prank(holder);
        vm.expectRevert(ISettlementGateway.OrderInvalid.selector);
        source.gateway.revoke(order);
    }

    /// A revocation is of an order, not of an id.
    function test_AnotherOrderUnderTheSameId() external {
        SettlementOrder memory order = newOrder("id");
        SettlementOrder memory other = newOrder("id");
        other.amount += 1;
        revoke(other);
        same(burn(order, 0), APPLIED, "burn");
        // While the id's slot is Burned for this order, the other may still be revoked (again).
        revoke(other);
        same(burn(other, 0), ISettlementGateway.OrderMismatch.selector, "the other");
    }

    function test_TwiceAndWhilePaused() external {
        SettlementOrder memory order = newOrder("id");
        source.gateway.setPausedAll(true);
        revoke(order);
        revoke(order);
        check(source.gateway.isRevoked(digestOf(order)), "revoked");
    }

    function test_ByAWallet() external {
        HostileWallet wallet = new HostileWallet(source.gateway);
        SettlementOrder memory order = newOrder("id");
        order.holder = address(wallet);
        source.token.mint(address(wallet), order.amount);
        on(source);
        wallet.revoke(order);
        same(burn(order, 0), REVOKED, "burn");
    }
}
