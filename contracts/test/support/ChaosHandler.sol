// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Operation, OperationKind, SlotState} from "../../src/ISettlementGateway.sol";
import {Handler} from "./Handler.sol";
import {World} from "./World.sol";

/// A driver without any discipline: any operation of any order with any attempt, at any time, in batches.
contract ChaosHandler is Handler {
    function drive(uint256, uint256 seed) internal override {
        World.End memory end = seed % 2 == 0 ? source : destination;
        uint256 wanted = 1 + ((seed >> 1) % 4);
        Operation[] memory operations = new Operation[](wanted);
        uint256[] memory indexes = new uint256[](wanted);
        // Steps of five visit all orders without a repetition.
        uint256 first = (seed >> 8) % ORDERS;
        for (uint256 i = 0; i < wanted; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            indexes[i] = (first + 5 * i) % ORDERS;
            // Mostly where it belongs, now and then on the other chain.
            bool sourceSide = (orders[indexes[i]].sourceChainId == end.chainId) != (seed % 32 == 0);
            operations[i] = operationOf(
                indexes[i],
                anyKind(sourceSide, seed >> 8),
                anyAttempt(end, indexes[i], seed >> 16)
            );
        }
        send(end, operations, indexes, gasleft());
    }

    /// One that fits the slot as often as one that does not.
    function anyAttempt(World.End memory end, uint256 index, uint256 seed) private view returns (uint256) {
        (SlotState state, uint256 attempt) = slotOf(end, index);
        if (seed % 4 == 0) return (seed >> 2) % ATTEMPTS;
        if (state == SlotState.Refunded || seed % 4 == 1) ++attempt;
        return attempt < ATTEMPTS ? attempt : 0;
    }

    /// Mints are made rare: they end an order's life on the destination.
    function anyKind(bool sourceSide, uint256 seed) private pure returns (OperationKind) {
        if (sourceSide) return seed % 2 == 0 ? OperationKind.Burn : OperationKind.Refund;
        if (seed % 4 == 0) return OperationKind.Mint;
        return seed % 4 == 1 ? OperationKind.ReverseMint : OperationKind.CancelMint;
    }
}
