// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlementGateway, Operation, OperationKind, SettlementOrder, SlotState} from "../src/ISettlementGateway.sol";
import {HostileWallet} from "./support/HostileWallet.sol";
import {World} from "./support/World.sol";

/// The holder's consent: by key, by contract, and by nothing else.
contract SignatureTest is World {
    bytes4 private constant INVALID = ISettlementGateway.SignatureInvalid.selector;
    uint256 private constant CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function burnWith(SettlementOrder memory order, bytes memory signature) private returns (bytes4) {
        return run(source, Operation(OperationKind.Burn, 0, order, signature));
    }

    function test_ByAnotherKey() external {
        SettlementOrder memory order = newOrder("id");
        same(burnWith(order, sign(0xB0B, digestOf(order))), INVALID, "another's signature");
        checkSlot(source, order, SlotState.None, 0);
    }

    function test_WrongLength() external {
        SettlementOrder memory order = newOrder("id");
        bytes memory signature = sign(order);
        same(burnWith(order, ""), INVALID, "none");
        same(burnWith(order, bytes.concat(signature, hex"00")), INVALID, "66 bytes");
        assembly {
            mstore(signature, 64)
        }
        same(burnWith(order, signature), INVALID, "64 bytes");
    }

    /// The same signature written with the other s is refused: one consent, one form.
    function test_HighS() external {
        SettlementOrder memory order = newOrder("id");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(HOLDER_KEY, digestOf(order));
        bytes32 highS = bytes32(CURVE_ORDER - uint256(s));
        uint8 otherV = v == 27 ? 28 : 27;
        equal(ecrecover(digestOf(order), otherV, r, highS), holder, "the curve takes both");
        same(burnWith(order, abi.encodePacked(r, highS, otherV)), INVALID, "high s");
        same(burnWith(order, abi.encodePacked(r, s, v)), APPLIED, "low s");
    }

    function test_StrangeV() external {
        SettlementOrder memory order = newOrder("id");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(HOLDER_KEY, digestOf(order));
        same(burnWith(order, abi.encodePacked(r, s, v - 27)), INVALID, "v of 0 or 1");
        same(burnWith(order, abi.encodePacked(r, s, uint8(29))), INVALID, "v of 29");
    }

    /// ecrecover's failure is the zero address: nobody may pose as its holder.
    function test_ZeroHolder() external {
        SettlementOrder memory order = newOrder("id");
        order.holder = address(0);
        same(burnWith(order, new bytes(65)), INVALID, "a signature of zeros");
    }

    // ------------------------------------------------------------------------------------------------- fault 46: replays

    function test_ForAnotherSourceChain() external {
        SettlementOrder memory order = newOrder("id");
        order.sourceChainId = 999;
        bytes memory signature = sign(HOLDER_KEY, digestOf(order, address(source.gateway)));
        order.sourceChainId = source.chainId;
        same(burnWith(order, signature), INVALID, "signed for another chain");
    }

    function test_ForAnotherSourceGateway() external {
        SettlementOrder memory order = newOrder("id");
        bytes memory signature = sign(HOLDER_KEY, digestOf(order, stranger));
        same(burnWith(order, signature), INVALID, "signed for another gateway");
    }

    function test_ForAnotherId() external {
        bytes memory signature = sign(newOrder("id"));
        same(burnWith(newOrder("id2"), signature), INVALID, "signed for another id");
    }

    function test_OfAnEarlierSettlement() external {
        SettlementOrder memory order = newOrder("id");
        bytes memory signature = sign(order);
        same(burnWith(order, signature), APPLIED, "once");
        same(burnWith(order, signature), ALREADY, "and never again");
        equal(source.token.balanceOf(holder), FUNDS - order.amount, "burned once");
    }

    /// No field of a signed order can be changed by who carries it.
    function test_EveryFieldIsSigned() external {
        bytes memory signature = sign(newOrder("id"));
        World.End memory second = destination;
        second.token = deployToken(destination.manager, 6);
        second.gateway = ISettlementGateway(stranger);
        second.chainId = 103;
        connect(source, address(source.token), second, address(second.token));

        for (uint256 field = 0; field < 7; ++field) {
            SettlementOrder memory order = newOrder("id");
            if (field == 0) order.recipient = stranger;
            if (field == 1) order.amount -= 1;
            if (field == 2) order.validBefore += 1;
            if (field == 3) order.maxAttempts += 1;
            if (field == 4)
                (order.destinationChainId, order.destinationGateway, order.destinationToken) = (
                    103,
                    stranger,
                    address(second.token)
                );
            if (field == 5) order.settlementId = "iD";
            if (field == 6) order.holder = keeper;
            same(burnWith(order, signature), INVALID, "an order that was not signed");
        }
        same(burnWith(newOrder("id"), signature), APPLIED, "the order that was");
    }

    // --------------------------------------------------------------------------------------------- EIP-7702 and ERC-1271

    /// An account that delegated itself to code has code, and still signs with its key.
    function test_DelegatedAccount() external {
        HostileWallet no = new HostileWallet(source.gateway);
        no.be(HostileWallet.Mode.Reverts);
        vm.etch(holder, abi.encodePacked(hex"ef0100", no));
        check(holder.code.length != 0, "the account has code");
        same(burn(newOrder("id"), 0), APPLIED, "signed by its key");
    }

    function walletOrder(HostileWallet.Mode mode) private returns (SettlementOrder memory order) {
        HostileWallet wallet = new HostileWallet(source.gateway);
        wallet.be(mode);
        order = newOrder("id");
        order.holder = address(wallet);
        source.token.mint(address(wallet), order.amount);
    }

    function test_WalletSaysYes() external {
        same(burnWith(walletOrder(HostileWallet.Mode.SaysYes), "anything"), APPLIED, "yes");
    }

    function test_WalletSaysYesAtLength() external {
        same(burnWith(walletOrder(HostileWallet.Mode.AnswersLong), "anything"), APPLIED, "yes and more");
    }

    function test_WalletSaysNo() external {
        same(burnWith(walletOrder(HostileWallet.Mode.SaysNo), "anything"), INVALID, "no");
    }

    function test_WalletReverts() external {
        same(burnWith(walletOrder(HostileWallet.Mode.Reverts), "anything"), INVALID, "an error");
    }

    function test_WalletSaysSomethingElse() external {
        same(burnWith(walletOrder(HostileWallet.Mode.SaysYesWithMore), "anything"), INVALID, "not the magic word");
        same(burnWith(walletOrder(HostileWallet.Mode.AnswersShort), "anything"), INVALID, "four bytes");
    }

    /// A valid signature of somebody does not speak for a contract.
    function test_WalletSaysNoToAGoodSignature() external {
        SettlementOrder memory order = walletOrder(HostileWallet.Mode.SaysNo);
        same(burnWith(order, sign(order)), INVALID, "the wallet decides");
    }

    /// Code that answers every call with its input, as the precompile at address 4 does, or with nothing.
    function test_HolderWithoutIsValidSignature() external {
        SettlementOrder memory order = newOrder("id");
        order.holder = address(4);
        same(burnWith(order, "anything"), INVALID, "the identity precompile");
        order.holder = address(source.gateway);
        same(burnWith(order, "anything"), INVALID, "the gateway itself");
        order.holder = stranger;
        same(burnWith(order, "anything"), INVALID, "an account without code");
        vm.etch(stranger, hex"00");
        same(burnWith(order, "anything"), INVALID, "code that stops");
    }

    function test_LongSignatures() external {
        SettlementOrder memory order = walletOrder(HostileWallet.Mode.SaysYes);
        same(burnWith(order, new bytes(4096)), APPLIED, "as long as may be");
        order = newOrder("id2");
        same(burnWith(order, bytes.concat(sign(order), new bytes(100_000))), INVALID, "longer");
    }
}
