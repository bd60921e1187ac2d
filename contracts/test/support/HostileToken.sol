// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A token that answers the gateway as it is told to. In every mode that is not about them, balances and supply are right.
contract HostileToken {
    enum Mode {
        Fair,
        Reverts,
        RevertsEmpty,
        DoesNothing,
        ReturnsFalse,
        TakesFee, // the account gets or loses another amount
        TakesFeeOfOthers, // right for the account, but somebody else is credited too
        MovesElsewhere, // right for the supply, wrong account
        SupplyStays,
        BalanceStays,
        MovesTwice,
        BurnsAllGas,
        BurnsSomeGas, // and is fair then
        ReturnsBomb,
        RevertsWithBomb,
        CallsBack, // makes a call of its own choice in the middle, does not mind if it fails
        CallsBackOrReverts,
        BalanceReverts,
        BalanceIsShort,
        BalanceBurnsAllGas,
        BalanceReturnsBomb,
        SupplyReverts
    }

    Mode public mode;
    mapping(address account => uint256) private _balances;
    uint256 private _supply;
    uint8 public constant decimals = 6;

    uint256 private _gasToBurn;
    address private _target;
    bytes private _data;
    bool public calledBack;
    bool public callSucceeded;
    bytes32 public callResult; // the first word of it

    function be(Mode newMode) external {
        mode = newMode;
    }

    function burnGas(uint256 amount) external {
        mode = Mode.BurnsSomeGas;
        _gasToBurn = amount;
    }

    function callBack(Mode newMode, address target, bytes calldata data) external {
        mode = newMode;
        _target = target;
        _data = data;
    }

    function give(address account, uint256 amount) external {
        _balances[account] += amount;
        _supply += amount;
    }

    function balanceOf(address account) external view returns (uint256) {
        if (mode == Mode.BalanceReverts) revert("no balance");
        if (mode == Mode.BalanceIsShort) {
            assembly {
                return(0, 31)
            }
        }
        if (mode == Mode.BalanceBurnsAllGas) burnAllGas();
        if (mode == Mode.BalanceReturnsBomb) bomb(true);
        return _balances[account];
    }

    function totalSupply() external view returns (uint256) {
        if (mode == Mode.SupplyReverts) revert("no supply");
        return _supply;
    }

    function crosschainMint(address account, uint256 amount) external returns (bool) {
        return move(account, amount, true);
    }

    function crosschainBurn(address account, uint256 amount) external returns (bool) {
        return move(account, amount, false);
    }

    function move(address account, uint256 amount, bool up) private returns (bool) {
        Mode now_ = mode;
        if (now_ == Mode.Reverts) revert("no");
        if (now_ == Mode.DoesNothing) return true;
        if (now_ == Mode.ReturnsFalse) return false;
        if (now_ == Mode.BurnsAllGas) burnAllGas();
        if (now_ == Mode.BurnsSomeGas) burnSomeGas();
        if (now_ == Mode.RevertsWithBomb) bomb(false);
        if (now_ == Mode.RevertsEmpty) {
            assembly {
                revert(0, 0)
            }
        }
        if (now_ == Mode.CallsBack || now_ == Mode.CallsBackOrReverts) callBackNow(now_ == Mode.CallsBackOrReverts);

        uint256 moved =
            now_ == Mode.TakesFee
                ? amount - 1
                : now_ == Mode.MovesTwice
                    ? amount * 2
                    : amount;
        address credited = now_ == Mode.MovesElsewhere ? address(0xFEE) : account;
        if (now_ != Mode.BalanceStays) change(credited, moved, up);
        if (now_ != Mode.SupplyStays) _supply = up ? _supply + moved : _supply - moved;
        if (now_ == Mode.TakesFeeOfOthers) {
            change(address(0xFEE), 1, true);
            _supply += 1;
        }
        if (now_ == Mode.ReturnsBomb) bomb(true);
        return true;
    }

    function change(address account, uint256 amount, bool up) private {
        unchecked {
            _balances[account] = up ? _balances[account] + amount : _balances[account] - amount;
        }
    }

    function callBackNow(bool mustSucceed) private {
        calledBack = true;
        bytes memory result;
        (callSucceeded, result) = _target.call(_data);
        callResult = bytes32(result);
        require(callSucceeded || !mustSucceed, "not let in");
    }

    function burnSomeGas() private view {
        uint256 gasBefore = gasleft();
        while (gasBefore - gasleft() < _gasToBurn) {}
    }

    function burnAllGas() private pure {
        assembly {
            invalid()
        }
    }

    function bomb(bool success) private view {
        uint256 size = gasleft() / 4;
        assembly {
            if success {
                return(0, size)
            }
            revert(0, size)
        }
    }
}
