// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ISettlementGateway, Operation, OperationKind, SettlementOrder, SlotState} from "../src/ISettlementGateway.sol";
import {World} from "./support/World.sol";

/// Who may do what, and that the manager is asked.
contract RolesTest is World {
    bytes4 private constant NOT_AUTHORIZED = ISettlementGateway.NotAuthorized.selector;

    function caller(string memory name, uint64 role, uint32 delay) private returns (address account) {
        account = named(name);
        source.manager.grantRole(role, account, delay);
        destination.manager.grantRole(role, account, delay);
    }

    /// A slot in which the operation would be applied.
    function ready(OperationKind kind) private returns (SettlementOrder memory order) {
        order = newOrder("id");
        if (kind == OperationKind.Refund) same(burn(order, 0), APPLIED, "burn");
        if (kind == OperationKind.ReverseMint) same(mint(order, 0), APPLIED, "mint");
    }

    function runAs(address account, OperationKind kind, SettlementOrder memory order) private returns (bytes4) {
        World.End memory end = isSourceSide(kind) ? source : destination;
        return run(end, account, list(operation(kind, order, 0)))[0];
    }

    function expectRole(OperationKind kind, uint64 role) private {
        SettlementOrder memory order = ready(kind);
        for (uint64 other = SETTLER; other <= REVERSER; ++other) {
            if (other == role) continue;
            same(runAs(caller("other role", other, 0), kind, order), NOT_AUTHORIZED, "with another role");
            source.manager.revokeRole(other, named("other role"));
            destination.manager.revokeRole(other, named("other role"));
        }
        same(runAs(stranger, kind, order), NOT_AUTHORIZED, "without a role");
        same(runAs(address(this), kind, order), NOT_AUTHORIZED, "as the manager's admin");
        same(runAs(caller("delayed", role, 1), kind, order), NOT_AUTHORIZED, "with a delayed role");
        same(runAs(caller("the one", role, 0), kind, order), APPLIED, "with the role");
    }

    function test_Burn() external {
        expectRole(OperationKind.Burn, SETTLER);
    }

    function test_Refund() external {
        expectRole(OperationKind.Refund, REFUNDER);
    }

    function test_Mint() external {
        expectRole(OperationKind.Mint, SETTLER);
    }

    function test_CancelMint() external {
        expectRole(OperationKind.CancelMint, REFUNDER);
    }

    function test_ReverseMint() external {
        expectRole(OperationKind.ReverseMint, REVERSER);
    }

    /// The manager's answer is kept for the kind it was asked about, in this batch only.
    function test_OneBatchOfManyKinds() external {
        SettlementOrder memory order = newOrder("id");
        address settler = caller("settler", SETTLER, 0);
        Operation memory burnIt = operation(OperationKind.Burn, order, 0);
        Operation memory refundIt = operation(OperationKind.Refund, order, 0);
        bytes4[] memory outcomes = run(source, settler, list(refundIt, burnIt, refundIt));
        same(outcomes[0], NOT_AUTHORIZED, "refund first");
        same(outcomes[1], APPLIED, "burn");
        same(outcomes[2], NOT_AUTHORIZED, "refund last");

        source.manager.revokeRole(SETTLER, settler);
        same(run(source, settler, list(burnIt))[0], NOT_AUTHORIZED, "the next batch");
    }

    /// Fault 45: an id cannot be taken by somebody without a role, neither by an operation nor by a revocation.
    function test_IdSquatting() external {
        SettlementOrder memory order = newOrder("the id I want");
        SettlementOrder memory squatting = newOrder("the id I want");
        squatting.holder = stranger;
        squatting.recipient = stranger;
        for (uint256 kind = 0; kind < 5; ++kind) {
            same(runAs(stranger, OperationKind(kind), squatting), NOT_AUTHORIZED, "a stranger's operation");
        }
        on(source);
        vm.prank(stranger);
        source.gateway.revoke(squatting);
        checkSlot(source, order, SlotState.None, 0);
        checkSlot(destination, order, SlotState.None, 0);
        same(burn(order, 0), APPLIED, "the rightful burn");
        same(mint(order, 0), APPLIED, "the rightful mint");
    }

    function test_SelfOnlyEntryPoints() external {
        Operation memory op = operation(OperationKind.Burn, newOrder("id"), 0);
        on(source);
        bytes4[5] memory selectors = [
            ISettlementGateway.burn.selector,
            ISettlementGateway.refund.selector,
            ISettlementGateway.mint.selector,
            ISettlementGateway.cancelMint.selector,
            ISettlementGateway.reverseMint.selector
        ];
        for (uint256 i = 0; i < selectors.length; ++i) {
            vm.prank(keeper);
            (bool success, bytes memory result) = address(source.gateway).call(
                abi.encodeWithSelector(selectors[i], op)
            );
            check(!success && bytes4(result) == ISettlementGateway.NotSelf.selector, "called from outside");
        }
    }

    /// The manager as caller has no role of its own: its `execute` is no way round.
    function test_ThroughTheManager() external {
        Operation[] memory operations = list(operation(OperationKind.Burn, newOrder("id"), 0));
        allow(source.manager, address(source.gateway), ISettlementGateway.execute.selector, type(uint64).max);
        on(source);
        bytes memory data = abi.encodeCall(ISettlementGateway.execute, (operations));
        vm.recordLogs();
        vm.prank(stranger);
        source.manager.execute(address(source.gateway), data);
        same(outcomesOf(source, operations, vm.getRecordedLogs())[0], NOT_AUTHORIZED, "through the manager");

        bytes memory direct = abi.encodeCall(ISettlementGateway.burn, (operations[0]));
        vm.prank(keeper);
        vm.expectRevert(ISettlementGateway.NotSelf.selector);
        source.manager.execute(address(source.gateway), direct);
    }

    function test_ClosedTarget() external {
        source.manager.setTargetClosed(address(source.gateway), true);
        same(burn(newOrder("id"), 0), NOT_AUTHORIZED, "a closed gateway");
    }

    // ------------------------------------------------------------------------------------------------------ administration

    function expectRestricted(bytes memory data) private {
        vm.prank(keeper);
        (bool success, bytes memory result) = address(source.gateway).call(data);
        check(!success, "called without the role");
        same(bytes4(result), IAccessManaged.AccessManagedUnauthorized.selector, "the reason");
        (success, ) = address(source.gateway).call(data);
        check(success, "called by the admin");
    }

    function test_Administration() external {
        on(source);
        address token = address(deployToken(source.manager, 6));
        address known = address(source.token);
        expectRestricted(abi.encodeCall(ISettlementGateway.registerRoute, (token, 7, stranger, stranger, 6)));
        expectRestricted(abi.encodeCall(ISettlementGateway.setRouteEnabled, (known, destination.chainId, false)));
        expectRestricted(abi.encodeCall(ISettlementGateway.setLimits, (known, 1, 1, 1, 1)));
        expectRestricted(abi.encodeCall(ISettlementGateway.setPausedNew, (true)));
        expectRestricted(abi.encodeCall(ISettlementGateway.setPausedAll, (true)));
        check(source.gateway.pausedNew() && source.gateway.pausedAll(), "both pauses");
    }

    function test_AuthorityIsReplacedByTheManagerOnly() external {
        vm.prank(keeper);
        (bool success, ) = address(source.gateway).call(
            abi.encodeCall(AccessManaged.setAuthority, (address(destination.manager)))
        );
        check(!success, "set by a stranger");
    }
}
