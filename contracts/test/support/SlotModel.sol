// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlementGateway, OperationKind, SlotState} from "../../src/ISettlementGateway.sol";

/// The table of design section 5 once more, as a function: what an operation of an order comes to in its own slot. Written from
/// the table and not from the gateway.
library SlotModel {
    bytes4 internal constant APPLIED = "APPL";
    bytes4 internal constant ALREADY = "ALRD";
    bytes4 internal constant SUPERSEDED = ISettlementGateway.Superseded.selector;

    struct Slot {
        SlotState state;
        uint256 attempt;
    }

    function step(
        Slot memory slot,
        OperationKind kind,
        uint256 attempt,
        uint256 maxAttempts
    ) internal pure returns (bytes4 outcome, Slot memory next) {
        outcome = outcomeOf(slot, kind, attempt, maxAttempts);
        next = outcome == APPLIED ? Slot(stateAfter(kind), attempt) : slot;
    }

    function outcomeOf(
        Slot memory slot,
        OperationKind kind,
        uint256 attempt,
        uint256 maxAttempts
    ) internal pure returns (bytes4) {
        if (kind == OperationKind.Burn) return burn(slot, attempt, maxAttempts);
        if (kind == OperationKind.Refund) return refund(slot, attempt);
        if (kind == OperationKind.Mint) return mint(slot, attempt);
        if (kind == OperationKind.CancelMint) return cancelMint(slot, attempt);
        return reverseMint(slot, attempt);
    }

    function is_(Slot memory slot, SlotState state, uint256 attempt) private pure returns (bool) {
        return slot.state == state && slot.attempt == attempt;
    }

    function burn(Slot memory slot, uint256 attempt, uint256 maxAttempts) private pure returns (bytes4) {
        if (is_(slot, SlotState.Burned, attempt)) return ALREADY;
        bool first = slot.state == SlotState.None && attempt == 0;
        bool next = slot.state == SlotState.Refunded && slot.attempt + 1 == attempt;
        if (!first && !next) return SUPERSEDED;
        return attempt < maxAttempts ? APPLIED : ISettlementGateway.AttemptsExhausted.selector;
    }

    function refund(Slot memory slot, uint256 attempt) private pure returns (bytes4) {
        if (is_(slot, SlotState.Refunded, attempt)) return ALREADY;
        return is_(slot, SlotState.Burned, attempt) ? APPLIED : SUPERSEDED;
    }

    function mint(Slot memory slot, uint256 attempt) private pure returns (bytes4) {
        if (is_(slot, SlotState.Minted, attempt)) return ALREADY;
        if (slot.state == SlotState.None) return APPLIED;
        return slot.state == SlotState.Cancelled && slot.attempt < attempt ? APPLIED : SUPERSEDED;
    }

    function cancelMint(Slot memory slot, uint256 attempt) private pure returns (bytes4) {
        if (slot.state == SlotState.None) return APPLIED;
        if (slot.state != SlotState.Cancelled) return SUPERSEDED;
        return slot.attempt < attempt ? APPLIED : ALREADY;
    }

    function reverseMint(Slot memory slot, uint256 attempt) private pure returns (bytes4) {
        if (is_(slot, SlotState.Reversed, attempt)) return ALREADY;
        return is_(slot, SlotState.Minted, attempt) ? APPLIED : SUPERSEDED;
    }

    function stateAfter(OperationKind kind) private pure returns (SlotState) {
        if (kind == OperationKind.Burn) return SlotState.Burned;
        if (kind == OperationKind.Refund) return SlotState.Refunded;
        if (kind == OperationKind.Mint) return SlotState.Minted;
        if (kind == OperationKind.CancelMint) return SlotState.Cancelled;
        return SlotState.Reversed;
    }
}
