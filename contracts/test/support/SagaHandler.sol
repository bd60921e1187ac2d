// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Operation, OperationKind, SlotState} from "../../src/ISettlementGateway.sol";
import {Handler} from "./Handler.sol";
import {World} from "./World.sol";

/// A driver that keeps the rules of design section 6, and a network that keeps none: what was once journaled may be delivered at
/// any later time, in any order, in any batch, any number of times, with too little gas or with enough.
contract SagaHandler is Handler {
    struct Entry {
        uint256 index;
        OperationKind kind;
        uint256 attempt;
    }

    Entry[] private journal;
    mapping(uint256 index => mapping(uint256 attempt => mapping(OperationKind kind => bool))) private journaled;
    /// "No mint of this attempt": permanent.
    mapping(uint256 index => mapping(uint256 attempt => bool)) private marks;

    uint256 public byTombstone;
    uint256 public byMark;
    uint256 public byTime;

    function write(uint256 index, OperationKind kind, uint256 attempt) private {
        journaled[index][attempt][kind] = true;
        journal.push(Entry(index, kind, attempt));
    }

    // ------------------------------------------------------------------------------------------------------ the driver's rules

    function drive(uint256 choice, uint256 seed) internal override {
        uint256 index = (seed >> 224) % ORDERS;
        if (choice == 0) wantBurn(index);
        else if (choice == 1) wantMint(index);
        else if (choice == 2) wantCancel(index);
        else if (choice == 3) wantRefund(index);
        else if (choice == 4) wantReverse(index);
        else if (choice < 8) deliver(seed, false);
        else if (choice < 10) deliver(seed, true);
        else advance(index, seed);
    }

    /// The attempt is never counted, it is read from the source's slot.
    function wantBurn(uint256 index) private {
        (SlotState state, uint256 attempt) = slotOf(sourceOf(index), index);
        if (state == SlotState.Refunded) ++attempt;
        if (attempt < ATTEMPTS) write(index, OperationKind.Burn, attempt);
    }

    /// Only while the source's slot is Burned(n), no Refund(n) is journaled and no mark forbids it.
    function wantMint(uint256 index) private {
        (SlotState state, uint256 attempt) = slotOf(sourceOf(index), index);
        if (state != SlotState.Burned || marks[index][attempt]) return;
        if (journaled[index][attempt][OperationKind.Refund]) return;
        write(index, OperationKind.Mint, attempt);
    }

    /// A tombstone harms nobody, so it may be asked for at any time.
    function wantCancel(uint256 index) private {
        (SlotState state, uint256 attempt) = slotOf(sourceOf(index), index);
        if (state == SlotState.Burned) write(index, OperationKind.CancelMint, attempt);
    }

    /// Needs one of the three proofs that no mint of this attempt can land.
    function wantRefund(uint256 index) private {
        (SlotState state, uint256 attempt) = slotOf(sourceOf(index), index);
        if (state != SlotState.Burned) return;
        World.End memory end = destinationOf(index);
        (SlotState there, uint256 attemptThere) = slotOf(end, index);
        bool tombstone = there == SlotState.Reversed || (there == SlotState.Cancelled && attemptThere >= attempt);
        bool noMint = !journaled[index][attempt][OperationKind.Mint];
        bool tooLate = clock[end.chainId] >= orders[index].validBefore && there != SlotState.Minted;
        if (!tombstone && !noMint && !tooLate) return;
        if (tombstone) ++byTombstone;
        else if (noMint) ++byMark;
        else ++byTime;
        if (!tombstone && noMint) marks[index][attempt] = true;
        write(index, OperationKind.Refund, attempt);
    }

    /// An operator's decision, and a rare one.
    function wantReverse(uint256 index) private {
        (SlotState there, uint256 attempt) = slotOf(destinationOf(index), index);
        if (there == SlotState.Minted) write(index, OperationKind.ReverseMint, attempt);
    }

    /// Some steps of one order, each delivered as soon as it is journaled, as it mostly happens.
    function advance(uint256 index, uint256 seed) private {
        for (uint256 i = 0; i < 1 + (seed % 4); ++i) step(index, (seed >> (8 + 8 * i)) % 8);
    }

    function step(uint256 index, uint256 choice) private {
        uint256 length = journal.length;
        (SlotState here, ) = slotOf(sourceOf(index), index);
        (SlotState there, ) = slotOf(destinationOf(index), index);
        bool expired = clock[orders[index].destinationChainId] >= orders[index].validBefore;
        if (here != SlotState.Burned) wantBurn(index);
        else if (there == SlotState.Minted && choice < 3) wantReverse(index);
        else if (there == SlotState.Cancelled && choice < 6) wantRefund(index);
        else if (there == SlotState.Reversed || expired || choice == 0) wantRefund(index);
        else if (choice < 3) wantCancel(index);
        else wantMint(index);
        // Now and then it only waits in somebody's pool.
        if (journal.length == length || choice > 5) return;
        Entry memory entry = journal[length];
        if (isSlow(entry)) return;
        uint256[] memory indexes = new uint256[](1);
        indexes[0] = index;
        Operation[] memory operations = list(operationOf(index, entry.kind, entry.attempt));
        send(endOf(index, entry.kind), operations, indexes, gasleft());
    }

    // --------------------------------------------------------------------------------------------------------- the network

    /// A batch of what was journaled of late, or at any time before: a zombie's transaction.
    function deliver(uint256 seed, bool old) private {
        uint256 length = journal.length;
        if (length == 0) return;
        uint256 window = old || length < 8 ? length : 8;
        World.End memory end = (seed >> 8) % 2 == 0 ? source : destination;
        Operation[] memory operations = new Operation[](1 + ((seed >> 16) % 4));
        uint256[] memory indexes = new uint256[](operations.length);
        uint256 found;
        for (uint256 i = 0; i < window && found < operations.length; ++i) {
            Entry memory entry = journal[length - 1 - (((seed >> 128) + i * 7) % window)];
            if (endOf(entry.index, entry.kind).chainId != end.chainId) continue;
            if (!old && isSlow(entry)) continue;
            if (contains(indexes, found, entry.index)) continue;
            operations[found] = operationOf(entry.index, entry.kind, entry.attempt);
            indexes[found] = entry.index;
            ++found;
        }
        if (found == 0) return;
        assembly {
            mstore(operations, found)
            mstore(indexes, found)
        }
        // One in four is sent with an amount of gas that may be too little.
        send(end, operations, indexes, (seed >> 32) % 4 == 0 ? 30_000 + ((seed >> 40) % 600_000) : gasleft());
    }

    /// The mints of those orders that expire first get lost and come up again late: what the third proof is for.
    function isSlow(Entry memory entry) private pure returns (bool) {
        return entry.kind == OperationKind.Mint && entry.index % 4 == 0;
    }

    function contains(uint256[] memory indexes, uint256 length, uint256 index) private pure returns (bool) {
        for (uint256 i = 0; i < length; ++i) if (indexes[i] == index) return true;
        return false;
    }
}
