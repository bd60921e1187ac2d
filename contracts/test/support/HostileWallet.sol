// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlementGateway, Operation, SettlementOrder} from "../../src/ISettlementGateway.sol";

/// A contract wallet (ERC-1271) that answers as it is told to.
contract HostileWallet {
    enum Mode {
        SaysYes,
        SaysNo,
        SaysYesWithMore, // the magic value with something behind it in the word
        AnswersShort, // 4 bytes
        AnswersLong, // the right word and a kilobyte more
        Reverts,
        RevertsWithBomb,
        BurnsAllGas,
        ReturnsBomb,
        BurnsGasThenYes,
        EntersExecute,
        EntersRevoke
    }

    Mode public mode;
    ISettlementGateway private immutable _gateway;
    uint256 public gasToBurn;
    SettlementOrder private _order;

    constructor(ISettlementGateway gateway) {
        _gateway = gateway;
    }

    function be(Mode newMode) external {
        mode = newMode;
    }

    function burnGas(uint256 amount) external {
        mode = Mode.BurnsGasThenYes;
        gasToBurn = amount;
    }

    function aimAt(SettlementOrder calldata order) external {
        _order = order;
    }

    function revoke(SettlementOrder calldata order) external {
        _gateway.revoke(order);
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        bytes32 yes = bytes32(bytes4(0x1626ba7e));
        Mode now_ = mode;
        if (now_ == Mode.SaysNo) return bytes4(0xffffffff);
        if (now_ == Mode.SaysYesWithMore) return1(yes | bytes32(uint256(1)), 32);
        if (now_ == Mode.AnswersShort) return1(yes, 4);
        if (now_ == Mode.AnswersLong) return1(yes, 1056);
        if (now_ == Mode.Reverts) revert("no");
        if (now_ == Mode.RevertsWithBomb) bomb(false);
        if (now_ == Mode.ReturnsBomb) bomb(true);
        if (now_ == Mode.BurnsAllGas) burnAllBut(0);
        if (now_ == Mode.BurnsGasThenYes) burnAllBut(gasleft() - gasToBurn);
        // Called statically, so these can only fail; a wallet may not care and say yes.
        if (now_ == Mode.EntersExecute) enter(abi.encodeCall(ISettlementGateway.execute, (new Operation[](0))));
        if (now_ == Mode.EntersRevoke) enter(abi.encodeCall(ISettlementGateway.revoke, (_order)));
        return1(yes, 32);
    }

    function enter(bytes memory data) private view {
        (bool success, ) = address(_gateway).staticcall(data);
        require(!success, "got in");
    }

    function return1(bytes32 word, uint256 length) private pure {
        assembly {
            mstore(0x400, word)
            return(0x400, length)
        }
    }

    /// As much return data as the gas can pay for: copying it would cost the caller as much again.
    function bomb(bool success) private view {
        uint256 size = gasleft() / 4;
        assembly {
            mstore(0x00, shl(224, 0x1626ba7e))
            if success {
                return(0, size)
            }
            revert(0, size)
        }
    }

    function burnAllBut(uint256 rest) private view {
        while (gasleft() > rest) {}
        if (rest == 0) {
            assembly {
                invalid()
            }
        }
    }
}
