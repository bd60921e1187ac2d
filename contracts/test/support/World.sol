// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {
    ISettlementGateway,
    Operation,
    OperationKind,
    SettlementOrder,
    SlotState
} from "../../src/ISettlementGateway.sol";
import {Checks} from "./Checks.sol";
import {ITestToken} from "./ITestToken.sol";
import {Log} from "./Vm.sol";

/// Two chains in one EVM: two managers, gateways and tokens, and vm.chainId says which chain it is right now.
abstract contract World is Checks {
    struct End {
        uint256 chainId;
        AccessManager manager;
        ISettlementGateway gateway;
        ITestToken token;
    }

    uint64 internal constant SETTLER = 1;
    uint64 internal constant REFUNDER = 2;
    uint64 internal constant REVERSER = 3;
    uint64 internal constant BRIDGE = 4;
    uint64 internal constant ISSUER = 5;
    uint64 internal constant ADMIN = 0;

    /// What an operation came to: one of these two, or the reason it was refused for.
    bytes4 internal constant APPLIED = "APPL";
    bytes4 internal constant ALREADY = "ALRD";

    uint256 internal constant START = 1_800_000_000;
    uint64 internal constant VALID_BEFORE = uint64(START + 1 hours);
    uint256 internal constant FUNDS = 1_000_000e6;
    uint128 internal constant NO_LIMIT = type(uint128).max;

    uint256 internal constant HOLDER_KEY = 0xA11CE;
    address internal immutable holder = vm.addr(HOLDER_KEY);
    address internal immutable recipient = named("recipient");
    address internal immutable stranger = named("stranger");
    /// Has every operation's role. Tests about roles make callers of their own.
    address internal immutable keeper = named("keeper");

    End internal source;
    End internal destination;

    function setUp() public virtual {
        // A role counts from the moment it was given: long ago, so that tests may go back in time.
        vm.warp(1);
        source = deployEnd(101);
        destination = deployEnd(102);
        connect(source, destination);
        connect(destination, source);
        on(source);
        source.token.mint(holder, FUNDS);
        vm.warp(START);
    }

    // ------------------------------------------------------------------------------------------------------------- set-up

    function deployEnd(uint256 chainId) internal returns (End memory end) {
        vm.chainId(chainId);
        end.chainId = chainId;
        end.manager = AccessManager(vm.deployCode("AccessManager.sol:AccessManager", abi.encode(address(this))));
        end.gateway = ISettlementGateway(
            vm.deployCode("SettlementGateway.sol:SettlementGateway", abi.encode(end.manager))
        );
        end.token = deployToken(end.manager, 6);
        grantAll(end.manager, end.gateway);
        allowBridge(end.manager, address(end.token), address(end.gateway));
    }

    function deployToken(AccessManager manager, uint8 decimals) internal returns (ITestToken) {
        bytes memory arguments = abi.encode("Dollar", "USD", decimals, manager);
        return ITestToken(vm.deployCode("SettlementToken.sol:SettlementToken", arguments));
    }

    function grantAll(AccessManager manager, ISettlementGateway gateway) private {
        allow(manager, address(gateway), ISettlementGateway.burn.selector, SETTLER);
        allow(manager, address(gateway), ISettlementGateway.mint.selector, SETTLER);
        allow(manager, address(gateway), ISettlementGateway.refund.selector, REFUNDER);
        allow(manager, address(gateway), ISettlementGateway.cancelMint.selector, REFUNDER);
        allow(manager, address(gateway), ISettlementGateway.reverseMint.selector, REVERSER);
        manager.grantRole(SETTLER, keeper, 0);
        manager.grantRole(REFUNDER, keeper, 0);
        manager.grantRole(REVERSER, keeper, 0);
    }

    function allowBridge(AccessManager manager, address token, address gateway) internal {
        allow(manager, token, ITestToken.crosschainMint.selector, BRIDGE);
        allow(manager, token, ITestToken.crosschainBurn.selector, BRIDGE);
        manager.grantRole(BRIDGE, gateway, 0);
    }

    function allow(AccessManager manager, address target, bytes4 selector, uint64 role) internal {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        manager.setTargetFunctionRole(target, selectors, role);
    }

    /// Registers the route and opens the limits on one side.
    function connect(End memory end, End memory remote) internal {
        connect(end, address(end.token), remote, address(remote.token));
    }

    function connect(End memory end, address token, End memory remote, address remoteToken) internal {
        on(end);
        end.gateway.registerRoute(token, remote.chainId, address(remote.gateway), remoteToken, 6);
        end.gateway.setLimits(token, NO_LIMIT, 0, NO_LIMIT, 0);
    }

    function on(End memory end) internal {
        vm.chainId(end.chainId);
    }

    function named(string memory name) internal pure returns (address) {
        return address(uint160(uint256(keccak256(bytes(name)))));
    }

    // ------------------------------------------------------------------------------------------------ orders and operations

    function newOrder(string memory id) internal view returns (SettlementOrder memory order) {
        order.settlementId = id;
        order.holder = holder;
        order.recipient = recipient;
        order.token = address(source.token);
        order.destinationToken = address(destination.token);
        order.destinationGateway = address(destination.gateway);
        order.amount = 25e6;
        order.sourceChainId = source.chainId;
        order.destinationChainId = destination.chainId;
        order.validBefore = VALID_BEFORE;
        order.maxAttempts = 3;
    }

    /// EIP-712 as the standard has it, written a second time and with nothing of the gateway's.
    function digestOf(SettlementOrder memory order, address sourceGateway) internal pure returns (bytes32) {
        bytes32 typeHash = keccak256(
            "SettlementOrder(string settlementId,address holder,address recipient,address token,address destinationToken,"
            "address destinationGateway,uint256 amount,uint256 sourceChainId,uint256 destinationChainId,uint64 validBefore,"
            "uint8 maxAttempts)"
        );
        bytes memory first = abi.encode(
            typeHash,
            keccak256(bytes(order.settlementId)),
            order.holder,
            order.recipient,
            order.token,
            order.destinationToken
        );
        bytes memory second = abi.encode(
            order.destinationGateway,
            order.amount,
            order.sourceChainId,
            order.destinationChainId,
            order.validBefore,
            order.maxAttempts
        );
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("SettlementGateway"),
                keccak256("1"),
                order.sourceChainId,
                sourceGateway
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, keccak256(bytes.concat(first, second))));
    }

    function digestOf(SettlementOrder memory order) internal view returns (bytes32) {
        return
            digestOf(
                order,
                order.sourceChainId == source.chainId ? address(source.gateway) : address(destination.gateway)
            );
    }

    function keyOf(SettlementOrder memory order) internal pure returns (bytes32) {
        return keccak256(bytes(order.settlementId));
    }

    function sign(SettlementOrder memory order) internal view returns (bytes memory) {
        return sign(HOLDER_KEY, digestOf(order));
    }

    function sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function operation(
        OperationKind kind,
        SettlementOrder memory order,
        uint256 attempt
    ) internal view returns (Operation memory) {
        bytes memory signature;
        if (kind == OperationKind.Burn) signature = sign(order);
        return Operation(kind, uint8(attempt), order, signature);
    }

    function isSourceSide(OperationKind kind) internal pure returns (bool) {
        return kind == OperationKind.Burn || kind == OperationKind.Refund;
    }

    // ---------------------------------------------------------------------------------------------------------- execution

    /// Runs a batch and returns what became of each operation, from the gateway's events.
    function run(End memory end, address caller, Operation[] memory operations) internal returns (bytes4[] memory) {
        on(end);
        vm.recordLogs();
        vm.prank(caller);
        end.gateway.execute(operations);
        return outcomesOf(end, operations, vm.getRecordedLogs());
    }

    function outcomesOf(
        End memory end,
        Operation[] memory operations,
        Log[] memory logs
    ) internal view returns (bytes4[] memory outcomes) {
        outcomes = new bytes4[](operations.length);
        uint256 count;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != address(end.gateway)) continue;
            check(count < operations.length, "more events than operations");
            outcomes[count] = outcomeOf(operations[count], logs[i]);
            ++count;
        }
        equal(count, operations.length, "one event for each operation");
    }

    /// Checks the whole event against the operation and returns its verdict.
    function outcomeOf(Operation memory op, Log memory log) private view returns (bytes4) {
        bytes32 kind = log.topics[0];
        uint256 idLength = bytes(op.order.settlementId).length;
        bool isId = idLength != 0 && idLength <= 64;
        equal(log.topics[1], isId ? keyOf(op.order) : bytes32(0), "the event's settlement key");
        equal(uint256(log.topics[3]), uint256(op.kind), "the event's kind");
        if (kind == ISettlementGateway.OperationRefused.selector) {
            (uint8 refusedAttempt, bytes4 reason) = abi.decode(log.data, (uint8, bytes4));
            equal(refusedAttempt, op.attempt, "the refused attempt");
            check(reason != bytes4(0), "a refusal has a reason");
            return reason;
        }
        equal(log.topics[2], digestOf(op.order), "the event's fingerprint");
        if (kind == ISettlementGateway.OperationAlreadyApplied.selector) {
            equal(abi.decode(log.data, (uint8)), op.attempt, "the applied attempt");
            return ALREADY;
        }
        equal(kind, ISettlementGateway.OperationApplied.selector, "a known event");
        (uint8 attempt, address account, uint256 amount) = abi.decode(log.data, (uint8, address, uint256));
        equal(attempt, op.attempt, "the event's attempt");
        equal(amount, op.order.amount, "the event's amount");
        equal(account, isSourceSide(op.kind) ? op.order.holder : op.order.recipient, "the event's account");
        return APPLIED;
    }

    function run(End memory end, Operation memory op) internal returns (bytes4 outcome) {
        on(end);
        bytes4 told = end.gateway.burnRefusalsOf(list(op))[0];
        outcome = run(end, keeper, list(op))[0];
        if (op.kind == OperationKind.Burn) checkTold(told, outcome);
    }

    /// What the gateway said of a burn before it was asked to do it: nothing else than what it then did.
    function checkTold(bytes4 told, bytes4 outcome) private pure {
        if (told != bytes4(0)) {
            equal(told, outcome, "the refusal that was told");
            return;
        }
        bool isTokens =
            outcome == ISettlementGateway.TokenRefused.selector ||
                outcome == ISettlementGateway.TokenMisbehaved.selector ||
                outcome == ISettlementGateway.GasCapExceeded.selector;
        bool isCallers = outcome == ISettlementGateway.NotAuthorized.selector;
        check(outcome == APPLIED || outcome == ALREADY || isTokens || isCallers, "nothing was told of a refusal");
    }

    /// Runs an operation of the kind on the side where it belongs.
    function run(OperationKind kind, SettlementOrder memory order, uint256 attempt) internal returns (bytes4) {
        return run(isSourceSide(kind) ? source : destination, operation(kind, order, attempt));
    }

    function burn(SettlementOrder memory order, uint256 attempt) internal returns (bytes4) {
        return run(OperationKind.Burn, order, attempt);
    }

    function refund(SettlementOrder memory order, uint256 attempt) internal returns (bytes4) {
        return run(OperationKind.Refund, order, attempt);
    }

    function mint(SettlementOrder memory order, uint256 attempt) internal returns (bytes4) {
        return run(OperationKind.Mint, order, attempt);
    }

    function cancelMint(SettlementOrder memory order, uint256 attempt) internal returns (bytes4) {
        return run(OperationKind.CancelMint, order, attempt);
    }

    function reverseMint(SettlementOrder memory order, uint256 attempt) internal returns (bytes4) {
        return run(OperationKind.ReverseMint, order, attempt);
    }

    function list(Operation memory op) internal pure returns (Operation[] memory operations) {
        operations = new Operation[](1);
        operations[0] = op;
    }

    function list(
        Operation memory first,
        Operation memory second
    ) internal pure returns (Operation[] memory operations) {
        operations = new Operation[](2);
        operations[0] = first;
        operations[1] = second;
    }

    function list(
        Operation memory first,
        Operation memory second,
        Operation memory third
    ) internal pure returns (Operation[] memory operations) {
        operations = new Operation[](3);
        operations[0] = first;
        operations[1] = second;
        operations[2] = third;
    }

    // ----------------------------------------------------------------------------------------------------------- the slot

    function checkSlot(
        End memory end,
        SettlementOrder memory order,
        SlotState wanted,
        uint256 wantedAttempt
    ) internal view {
        (SlotState state, uint8 attempt, uint240 orderHash) = end.gateway.slotOf(keyOf(order));
        equal(uint256(state), uint256(wanted), "the slot's state");
        equal(attempt, wantedAttempt, "the slot's attempt");
        if (wanted != SlotState.None) equal(orderHash, uint256(digestOf(order)) >> 16, "the slot's order hash");

        bytes32[] memory keys = new bytes32[](2);
        (keys[0], keys[1]) = (keccak256("of nobody"), keyOf(order));
        ISettlementGateway.Slot[] memory slots = end.gateway.slotsOf(keys);
        equal(slots.length, 2, "as many slots as keys");
        equal(uint256(slots[0].state), uint256(SlotState.None), "the slot of nobody");
        equal(uint256(slots[1].state), uint256(state), "the state among the slots");
        equal(slots[1].attempt, attempt, "the attempt among the slots");
        equal(slots[1].orderHash, orderHash, "the order hash among the slots");
    }
}
