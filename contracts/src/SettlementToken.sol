// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {AuthorityUtils} from "@openzeppelin/contracts/access/manager/AuthorityUtils.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Bridgeable} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC20Bridgeable.sol";

/// A token of an issuer that lives on several chains: ERC-20 with ERC-7802 mint and burn for gateways, an issuer's mint, and
/// a compliance freeze. Who may do what is the AccessManager's matter: roles are set on the selectors of `crosschainMint`,
/// `crosschainBurn`, `mint` and `freeze`.
contract SettlementToken is ERC20Bridgeable, AccessManaged {
    event AccountFreezeChanged(address indexed account, bool frozen);

    error AccountFrozen(address account);
    error SupplyTooLarge();

    uint256 private constant FROZEN = 1 << 255;

    /// Balance and, in the highest bit, whether the account is frozen: every movement asks for both, and a word of its own would
    /// cost it another cold read. The supply stays below that bit, and so does every balance. OpenZeppelin's own balances
    /// behind `_update`, `balanceOf` and `totalSupply` stay empty.
    mapping(address account => uint256) private _accounts;
    uint256 private _supply;
    uint8 private immutable _decimals;

    constructor(
        string memory name_,
        string memory symbol_,
        uint8 decimals_,
        address authority_
    ) ERC20(name_, symbol_) AccessManaged(authority_) {
        _decimals = decimals_;
    }

    function mint(address account, uint256 amount) external restricted {
        _mint(account, amount);
    }

    function freeze(address account, bool frozen) external restricted {
        uint256 balance = balanceOf(account);
        _accounts[account] = frozen ? balance | FROZEN : balance;
        emit AccountFreezeChanged(account, frozen);
    }

    function isFrozen(address account) external view returns (bool) {
        return _accounts[account] & FROZEN != 0;
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function totalSupply() public view override returns (uint256) {
        return _supply;
    }

    function balanceOf(address account) public view override returns (uint256) {
        return _accounts[account] & ~FROZEN;
    }

    /// Every movement passes here: transfers, the issuer's and the gateways' mints and burns (from or to the zero address).
    function _update(address from, address to, uint256 amount) internal override {
        if (from == address(0)) {
            uint256 supply = _supply + amount;
            if (supply >= FROZEN) revert SupplyTooLarge();
            _supply = supply;
        } else {
            uint256 balance = _unfrozenBalanceOf(from);
            if (balance < amount) revert ERC20InsufficientBalance(from, balance, amount);
            unchecked {
                _accounts[from] = balance - amount;
            }
        }
        // No balance is larger than the supply, so neither of these can overflow.
        unchecked {
            if (to == address(0)) _supply -= amount;
            else _accounts[to] = _unfrozenBalanceOf(to) + amount;
        }
        emit Transfer(from, to, amount);
    }

    function _unfrozenBalanceOf(address account) private view returns (uint256 balance) {
        balance = _accounts[account];
        if (balance & FROZEN != 0) revert AccountFrozen(account);
    }

    /// A batch mints or burns a hundred times. The manager's yes is kept until the transaction ends (transient storage; the key
    /// is the caller and the function), its no is not.
    function _checkTokenBridge(address caller) internal override {
        uint256 slot = (uint256(uint32(msg.sig)) << 160) | uint160(caller);
        bool known;
        assembly ("memory-safe") {
            known := tload(slot)
        }
        if (known) return;
        (bool immediate, ) = AuthorityUtils.canCallWithDelay(authority(), caller, address(this), msg.sig);
        if (!immediate) {
            _checkCanCall(caller, msg.data);
            return;
        }
        assembly ("memory-safe") {
            tstore(slot, true)
        }
    }
}
