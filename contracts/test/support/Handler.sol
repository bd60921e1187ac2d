// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    ISettlementGateway,
    Operation,
    OperationKind,
    SettlementOrder,
    SlotState
} from "../../src/ISettlementGateway.sol";
import {Log} from "./Vm.sol";
import {World} from "./World.sol";

/// Two gateways, forty orders, and books about them.
///
/// The books are kept from the tokens' Transfer logs alone. No two orders have the same amount and no batch has two operations of
/// one order, so a Transfer from or to the zero address says by itself which operation moved the tokens.
///
/// The first orders come in pairs under one id: the second of a pair is another order for the same id, in the same direction or in
/// the other one.
abstract contract Handler is World {
    /// What the tokens' logs say was done for one attempt of one order.
    struct Attempt {
        uint64 burns;
        uint64 refunds;
        uint64 mints;
        uint64 reversals;
    }

    uint256 private constant STEPS_A_CALL = 10;
    uint256 internal constant PAIRS = 8;
    uint256 internal constant IDS = 32;
    uint256 public constant ORDERS = PAIRS + IDS;
    uint256 public constant ATTEMPTS = 4;

    SettlementOrder[] internal orders;
    bytes[] private signatures;
    bytes32[] private digests;
    mapping(uint256 index => mapping(uint256 attempt => Attempt)) internal books;
    /// The highest attempt with a tombstone, plus one.
    mapping(uint256 index => uint256) internal tombstones;
    bool public mintedAfterTombstone;
    bool public unexplainedTransfer;

    /// By chain id.
    mapping(uint256 chainId => uint256) internal clock;
    mapping(uint256 chainId => bool) private isDown;
    mapping(uint256 chainId => uint256) public mintedByGateway;
    mapping(uint256 chainId => uint256) public burnedByGateway;
    mapping(uint256 chainId => uint256) public mintedByIssuer;

    /// How often each thing happened: the tests look at these to see that a run went deep.
    uint256 public steps;
    mapping(OperationKind kind => uint256) public applied;
    uint256 public alreadyApplied;
    uint256 public superseded;
    uint256 public mismatched;
    uint256 public laterAttempts;
    uint256 public outOfGas;

    constructor() {
        setUp();
        clock[source.chainId] = START;
        clock[destination.chainId] = START;
        mintedByIssuer[source.chainId] = FUNDS;
        issue(destination, holder, FUNDS);
        for (uint256 i = 0; i < ORDERS; ++i) {
            orders.push(orderOf(i));
            signatures.push(sign(orders[i]));
            digests.push(digestOf(orders[i]));
        }
    }

    function orderOf(uint256 index) private view returns (SettlementOrder memory order) {
        bool isPaired = index < 2 * PAIRS;
        uint256 id = isPaired ? index / 2 : index;
        order = newOrder(string(abi.encodePacked("id-", bytes1(uint8(65 + id)))));
        // Even ids go there, odd ones come back; the rivals of every third id go the other way.
        bool back = id % 2 == 1;
        if (isPaired && index % 2 == 1 && id % 3 == 0) back = !back;
        if (back) {
            order.token = address(destination.token);
            order.destinationToken = address(source.token);
            order.destinationGateway = address(source.gateway);
            order.sourceChainId = destination.chainId;
            order.destinationChainId = source.chainId;
        }
        order.amount = 1e6 + index;
        order.validBefore = uint64(START + (1 + (index % 4)) * 20 minutes);
    }

    function sourceOf(uint256 index) internal view returns (World.End memory) {
        return orders[index].sourceChainId == source.chainId ? source : destination;
    }

    function destinationOf(uint256 index) internal view returns (World.End memory) {
        return orders[index].sourceChainId == source.chainId ? destination : source;
    }

    function endOf(uint256 index, OperationKind kind) internal view returns (World.End memory) {
        return isSourceSide(kind) ? sourceOf(index) : destinationOf(index);
    }

    function operationOf(
        uint256 index,
        OperationKind kind,
        uint256 attempt
    ) internal view returns (Operation memory op) {
        op = Operation(kind, uint8(attempt), orders[index], "");
        if (kind == OperationKind.Burn) op.signature = signatures[index];
    }

    /// Each chain has its own clock.
    function go(World.End memory end) internal {
        on(end);
        vm.warp(clock[end.chainId]);
    }

    function issue(World.End memory end, address account, uint256 amount) internal {
        on(end);
        end.token.mint(account, amount);
        mintedByIssuer[end.chainId] += amount;
    }

    // ------------------------------------------------------------------------------------------------------------ a batch

    /// Sends the operations (of different orders) with the given gas and books what the tokens say.
    function send(World.End memory end, Operation[] memory operations, uint256[] memory indexes, uint256 gas) internal {
        if (isDown[end.chainId]) return;
        go(end);
        vm.recordLogs();
        vm.prank(keeper);
        (bool success, ) = address(end.gateway).call{gas: gas}(
            abi.encodeCall(ISettlementGateway.execute, (operations))
        );
        Log[] memory logs = vm.getRecordedLogs();
        if (!success) {
            ++outOfGas;
            return;
        }
        count(operations, indexes, outcomesOf(end, operations, logs));
        book(end, operations, indexes, logs);
    }

    function count(Operation[] memory operations, uint256[] memory indexes, bytes4[] memory outcomes) private {
        for (uint256 i = 0; i < operations.length; ++i) {
            OperationKind kind = operations[i].kind;
            uint256 attempt = operations[i].attempt;
            bool isApplied = outcomes[i] == APPLIED;
            if (isApplied) ++applied[kind];
            if (isApplied && kind == OperationKind.Burn && attempt > 0) ++laterAttempts;
            if (outcomes[i] == ALREADY) ++alreadyApplied;
            if (outcomes[i] == ISettlementGateway.Superseded.selector) ++superseded;
            if (outcomes[i] == ISettlementGateway.OrderMismatch.selector) ++mismatched;
            if (kind != OperationKind.CancelMint || (!isApplied && outcomes[i] != ALREADY)) continue;
            if (attempt + 1 > tombstones[indexes[i]]) tombstones[indexes[i]] = attempt + 1;
        }
    }

    function book(
        World.End memory end,
        Operation[] memory operations,
        uint256[] memory indexes,
        Log[] memory logs
    ) private {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != keccak256("Transfer(address,address,uint256)")) continue;
            if (logs[i].emitter != address(end.token)) unexplainedTransfer = true;
            address from = address(uint160(uint256(logs[i].topics[1])));
            address to = address(uint160(uint256(logs[i].topics[2])));
            uint256 amount = abi.decode(logs[i].data, (uint256));
            bookTransfer(end, operations, indexes, from, to, amount);
        }
    }

    function bookTransfer(
        World.End memory end,
        Operation[] memory operations,
        uint256[] memory indexes,
        address from,
        address to,
        uint256 amount
    ) private {
        if (from == address(0)) mintedByGateway[end.chainId] += amount;
        if (to == address(0)) burnedByGateway[end.chainId] += amount;
        for (uint256 i = 0; i < operations.length; ++i) {
            if (operations[i].order.amount != amount) continue;
            if (!isExplained(operations[i], from, to)) break;
            enter(indexes[i], operations[i].kind, operations[i].attempt);
            return;
        }
        unexplainedTransfer = true;
    }

    /// I5 for one movement: the amount led to the order, the account and the direction must be the operation's.
    function isExplained(Operation memory op, address from, address to) private pure returns (bool) {
        if (op.kind == OperationKind.Burn) return from == op.order.holder && to == address(0);
        if (op.kind == OperationKind.Refund) return from == address(0) && to == op.order.holder;
        if (op.kind == OperationKind.Mint) return from == address(0) && to == op.order.recipient;
        if (op.kind == OperationKind.ReverseMint) return from == op.order.recipient && to == address(0);
        return false;
    }

    function enter(uint256 index, OperationKind kind, uint256 attempt) private {
        Attempt storage entry = books[index][attempt];
        if (kind == OperationKind.Burn) ++entry.burns;
        if (kind == OperationKind.Refund) ++entry.refunds;
        if (kind == OperationKind.ReverseMint) ++entry.reversals;
        if (kind != OperationKind.Mint) return;
        ++entry.mints;
        if (attempt < tombstones[index]) mintedAfterTombstone = true;
    }

    // ----------------------------------------------------------------------------------------------------------- handlers

    /// The one function that forge calls: ten random steps. (Forge by itself likes small numbers, repeats them, and calls some
    /// functions much more often than others; hashed with the step's number a seed is good for many choices.) What a book once
    /// holds it holds for good, so nothing gets lost between two checks.
    function goOn(uint256 seed) external {
        for (uint256 i = 0; i < STEPS_A_CALL; ++i) {
            seed = uint256(keccak256(abi.encode(seed, ++steps)));
            uint256 choice = (seed >> 248) % 16;
            if (choice == 0) passTime(seed);
            else if (choice == 1) moveOtherTokens(seed);
            else if (choice == 2) disturb(seed);
            else if (choice == 3) revokeSome(seed);
            else drive(choice - 4, seed);
        }
    }

    /// What a driver does, in twelve parts.
    function drive(uint256 choice, uint256 seed) internal virtual;

    function passTime(uint256 seed) private {
        World.End memory end = seed % 2 == 0 ? source : destination;
        clock[end.chainId] += (seed >> 8) % 16 == 0 ? 10 minutes : (seed >> 16) % 30;
    }

    /// The recipient spends, somebody issues: what else happens to the tokens.
    function moveOtherTokens(uint256 seed) private {
        World.End memory end = seed % 2 == 0 ? source : destination;
        uint256 choice = (seed >> 8) % 4;
        if (choice == 0) return issue(end, holder, (seed >> 16) % 1e6);
        if (end.token.isFrozen(recipient)) return;
        if (choice == 1) return issue(end, recipient, (seed >> 16) % 4e6);
        uint256 balance = end.token.balanceOf(recipient);
        vm.prank(recipient);
        end.token.transfer(stranger, (seed >> 16) % (balance / 2 + 1));
    }

    /// Puts right what was wrong with one chain, and about every other time makes another thing wrong.
    function disturb(uint256 seed) private {
        World.End memory end = seed % 2 == 0 ? source : destination;
        for (uint256 what = 0; what < 5; ++what) set(end, what, false);
        // A chain that comes back after a while takes nothing up that is too old by then.
        if (isDown[end.chainId]) clock[end.chainId] += 3 minutes;
        isDown[end.chainId] = false;
        uint256 choice = (seed >> 16) % 16;
        if (choice < 5) set(end, choice, true);
        else if (choice < 9) isDown[end.chainId] = true;
    }

    function set(World.End memory end, uint256 what, bool stopped) private {
        go(end);
        uint256 remoteChainId = end.chainId == source.chainId ? destination.chainId : source.chainId;
        uint256 limit = stopped ? 1e6 : NO_LIMIT;
        if (what == 0) end.gateway.setPausedNew(stopped);
        if (what == 1) end.gateway.setPausedAll(stopped);
        if (what == 2) end.gateway.setRouteEnabled(address(end.token), remoteChainId, !stopped);
        if (what == 3) end.token.freeze(recipient, stopped);
        if (what == 4) end.gateway.setLimits(address(end.token), limit, 100, limit, 100);
    }

    /// Seldom, or nothing would ever be burned again.
    function revokeSome(uint256 seed) private {
        if (seed % 32 != 0) return;
        uint256 index = (seed >> 8) % ORDERS;
        World.End memory end = sourceOf(index);
        on(end);
        vm.prank(holder);
        (bool success, ) = address(end.gateway).call(abi.encodeCall(ISettlementGateway.revoke, (orders[index])));
        if (success) return;
        (SlotState state, ) = slotOf(end, index);
        check(state == SlotState.Burned, "a revocation fails only while burned");
    }

    /// The slot as this order's driver sees it: another order's slot is none.
    function slotOf(World.End memory end, uint256 index) internal view returns (SlotState, uint256) {
        bytes32 key = keccak256(bytes(orders[index].settlementId));
        (SlotState state, uint8 attempt, uint240 orderHash) = end.gateway.slotOf(key);
        if (orderHash != uint256(digests[index]) >> 16) return (SlotState.None, 0);
        return (state, attempt);
    }

    // ------------------------------------------------------------------------------------------ what must hold, and always

    /// I1, first half: every token is the issuer's or came through a gateway.
    function checkSupplies() external view {
        checkSupply(source);
        checkSupply(destination);
    }

    function checkSupply(World.End memory end) private view {
        uint256 supply = mintedByIssuer[end.chainId] + mintedByGateway[end.chainId] - burnedByGateway[end.chainId];
        equal(end.token.totalSupply(), supply, "I1: the supply");
    }

    /// I1, second half: what the gateways burned and did not mint is in flight, and nothing else is.
    function checkInFlight() external view {
        uint256 inFlight;
        for (uint256 i = 0; i < ORDERS; ++i) {
            for (uint256 attempt = 0; attempt < ATTEMPTS; ++attempt) {
                Attempt memory entry = books[i][attempt];
                if (entry.burns > 0 && entry.refunds == 0 && entry.mints <= entry.reversals)
                    inFlight += orders[i].amount;
            }
        }
        uint256 minted = mintedByGateway[source.chainId] + mintedByGateway[destination.chainId];
        uint256 burned = burnedByGateway[source.chainId] + burnedByGateway[destination.chainId];
        equal(minted + inFlight, burned, "I1: in flight");
    }

    /// I2: at most one mint an id, `everywhere` or on each gateway, and none behind a tombstone.
    function checkMints(bool everywhere) external view {
        check(!mintedAfterTombstone, "I2: no mint behind a tombstone");
        for (uint256 i = 0; i < ORDERS; ++i) check(mintsOf(i) <= 1, "I2: one mint an order");
        for (uint256 i = 0; i < 2 * PAIRS; i += 2) {
            bool together = everywhere || orders[i].sourceChainId == orders[i + 1].sourceChainId;
            check(!together || mintsOf(i) + mintsOf(i + 1) <= 1, "I2: one mint an id");
        }
    }

    function mintsOf(uint256 index) private view returns (uint256 mints) {
        for (uint256 attempt = 0; attempt < ATTEMPTS; ++attempt) mints += books[index][attempt].mints;
    }

    /// I3: at most one burn and one refund an attempt, and in turn.
    function checkBurns() external view {
        for (uint256 i = 0; i < ORDERS; ++i) {
            for (uint256 attempt = 0; attempt < ATTEMPTS; ++attempt) {
                Attempt memory entry = books[i][attempt];
                check(entry.burns <= 1, "I3: one burn an attempt");
                check(entry.refunds <= entry.burns, "I3: one refund a burn");
                check(entry.reversals <= entry.mints, "I3: one reversal a mint");
                if (attempt > 0)
                    check(entry.burns <= books[i][attempt - 1].refunds, "I3: a refund before the next burn");
                check(entry.burns == 0 || attempt < orders[i].maxAttempts, "I3: no more attempts than allowed");
            }
        }
    }

    /// I4: never minted, not reversed and refunded in one attempt.
    function checkOneOutcome() external view {
        for (uint256 i = 0; i < ORDERS; ++i) {
            for (uint256 attempt = 0; attempt < ATTEMPTS; ++attempt) {
                Attempt memory entry = books[i][attempt];
                bool paid = entry.mints > entry.reversals;
                check(!paid || entry.refunds == 0, "I4: paid and refunded");
                check(entry.mints == 0 || entry.burns == 1, "I4: a mint without a burn");
            }
        }
    }

    /// I5: amount, account and order agree in everything that was moved.
    function checkExplained() external view {
        check(!unexplainedTransfer, "I5: a transfer that no operation explains");
    }
}
