// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {ISettlementGateway, SettlementOrder} from "../src/ISettlementGateway.sol";
import {ITestToken} from "./support/ITestToken.sol";
import {World} from "./support/World.sol";

/// Which ends belong together, who says so, and how long it takes.
contract RoutesTest is World {
    bytes4 private constant ROUTE_INVALID = ISettlementGateway.RouteInvalid.selector;
    uint64 private constant ROUTER = 20;

    ITestToken private token;

    function setUp() public override {
        super.setUp();
        token = deployToken(source.manager, 6);
        on(source);
    }

    function register(
        address localToken,
        uint256 chainId,
        address gateway,
        address remoteToken,
        uint8 decimals
    ) private {
        source.gateway.registerRoute(localToken, chainId, gateway, remoteToken, decimals);
    }

    function test_Registered() external {
        register(address(token), 7, stranger, recipient, 6);
        ISettlementGateway.Route memory route = source.gateway.routeOf(address(token), 7);
        equal(route.remoteGateway, stranger, "the remote gateway");
        equal(route.remoteToken, recipient, "the remote token");
        equal(route.decimals, 6, "the decimals");
        check(route.enabled, "enabled");
    }

    function test_Unregistered() external view {
        ISettlementGateway.Route memory route = source.gateway.routeOf(address(token), 7);
        equal(route.remoteGateway, address(0), "the remote gateway");
        check(!route.enabled, "not enabled");
    }

    function test_OwnChain() external {
        vm.expectRevert(ROUTE_INVALID);
        register(address(token), source.chainId, stranger, recipient, 6);
    }

    function test_EmptyEnds() external {
        vm.expectRevert(ROUTE_INVALID);
        register(address(token), 7, address(0), recipient, 6);
        vm.expectRevert(ROUTE_INVALID);
        register(address(token), 7, stranger, address(0), 6);
    }

    function test_TokenWithoutCode() external {
        vm.expectRevert(ROUTE_INVALID);
        register(recipient, 7, stranger, recipient, 6);
    }

    function test_OtherDecimals() external {
        vm.expectRevert(ISettlementGateway.DecimalsMismatch.selector);
        register(address(token), 7, stranger, recipient, 18);
    }

    function test_RemoteEndsNeverChange() external {
        register(address(token), 7, stranger, recipient, 6);
        vm.expectRevert(ISettlementGateway.RouteAlreadyRegistered.selector);
        register(address(token), 7, keeper, recipient, 6);
        vm.expectRevert(ISettlementGateway.RouteAlreadyRegistered.selector);
        register(address(token), 7, stranger, recipient, 6);
        source.gateway.setRouteEnabled(address(token), 7, false);
        vm.expectRevert(ISettlementGateway.RouteAlreadyRegistered.selector);
        register(address(token), 7, keeper, recipient, 6);
    }

    function test_EnableUnknown() external {
        vm.expectRevert(ISettlementGateway.RouteUnknown.selector);
        source.gateway.setRouteEnabled(address(token), 7, true);
    }

    function test_OneTokenToManyChains() external {
        register(address(token), 7, stranger, recipient, 6);
        register(address(token), 8, keeper, holder, 6);
        equal(source.gateway.routeOf(address(token), 7).remoteGateway, stranger, "one");
        equal(source.gateway.routeOf(address(token), 8).remoteGateway, keeper, "the other");
    }

    /// Whoever has the routes' role with a delay must announce a route first, and can be stopped until then.
    function test_WithDelay() external {
        AccessManager manager = source.manager;
        address gateway = address(source.gateway);
        allow(manager, gateway, ISettlementGateway.registerRoute.selector, ROUTER);
        manager.grantRole(ROUTER, stranger, 2 days);
        bytes memory data = abi.encodeCall(
            ISettlementGateway.registerRoute,
            (address(token), 7, stranger, recipient, 6)
        );

        expectFailure(gateway, data, IAccessManager.AccessManagerNotScheduled.selector);
        vm.prank(stranger);
        manager.schedule(gateway, data, 0);
        vm.warp(START + 2 days - 1);
        expectFailure(gateway, data, IAccessManager.AccessManagerNotReady.selector);
        vm.warp(START + 2 days);
        vm.prank(stranger);
        (bool success, ) = gateway.call(data);
        check(success, "registered after the delay");
        equal(source.gateway.routeOf(address(token), 7).remoteGateway, stranger, "the route");
    }

    function test_DelayedAndCancelled() external {
        AccessManager manager = source.manager;
        address gateway = address(source.gateway);
        allow(manager, gateway, ISettlementGateway.registerRoute.selector, ROUTER);
        manager.grantRole(ROUTER, stranger, 2 days);
        bytes memory data = abi.encodeCall(
            ISettlementGateway.registerRoute,
            (address(token), 7, stranger, recipient, 6)
        );
        vm.prank(stranger);
        manager.schedule(gateway, data, 0);
        manager.cancel(stranger, gateway, data);
        vm.warp(START + 2 days);
        expectFailure(gateway, data, IAccessManager.AccessManagerNotScheduled.selector);
    }

    function expectFailure(address target, bytes memory data, bytes4 reason) private {
        vm.prank(stranger);
        (bool success, bytes memory result) = target.call(data);
        check(!success, "went through");
        same(bytes4(result), reason, "the reason");
    }
}
