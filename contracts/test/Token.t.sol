// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC7802} from "@openzeppelin/contracts/interfaces/draft-IERC7802.sol";
import {ITestToken} from "./support/ITestToken.sol";
import {Log} from "./support/Vm.sol";
import {World} from "./support/World.sol";

/// The token: ERC-20 and ERC-7802, and what a freeze stops.
contract TokenTest is World {
    ITestToken private token;
    address private bridge = named("bridge");

    function setUp() public override {
        super.setUp();
        token = source.token;
        source.manager.grantRole(BRIDGE, bridge, 0);
    }

    function frozen(address account) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ITestToken.AccountFrozen.selector, account);
    }

    function expectFailure(address caller, bytes memory data, bytes memory wanted) private {
        vm.prank(caller);
        (bool success, bytes memory result) = address(token).call(data);
        check(!success, "went through");
        equal(keccak256(result), keccak256(wanted), "the error");
    }

    function test_Metadata() external {
        equal(token.decimals(), 6, "decimals");
        equal(deployToken(source.manager, 18).decimals(), 18, "other decimals");
        equal(keccak256(bytes(token.symbol())), keccak256("USD"), "symbol");
        check(token.supportsInterface(type(IERC7802).interfaceId), "ERC-7802");
        check(token.supportsInterface(0x01ffc9a7), "ERC-165");
        check(!token.supportsInterface(0xffffffff), "not everything");
    }

    function test_CrosschainMintAndBurn() external {
        vm.recordLogs();
        vm.prank(bridge);
        token.crosschainMint(recipient, 5);
        Log[] memory logs = vm.getRecordedLogs();
        equal(logs.length, 2, "two events");
        equal(logs[1].topics[0], ITestToken.CrosschainMint.selector, "CrosschainMint");
        equal(address(uint160(uint256(logs[1].topics[2]))), bridge, "by whom");
        equal(token.balanceOf(recipient), 5, "the balance");
        equal(token.totalSupply(), FUNDS + 5, "the supply");

        vm.recordLogs();
        vm.prank(bridge);
        token.crosschainBurn(recipient, 2);
        logs = vm.getRecordedLogs();
        equal(logs.length, 2, "two events");
        equal(logs[1].topics[0], ITestToken.CrosschainBurn.selector, "CrosschainBurn");
        equal(token.balanceOf(recipient), 3, "the balance");
        equal(token.totalSupply(), FUNDS + 3, "the supply");
    }

    function expectRestricted(bytes memory data) private {
        expectFailure(
            stranger,
            data,
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger)
        );
    }

    function test_Roles() external {
        expectRestricted(abi.encodeCall(ITestToken.crosschainMint, (stranger, 1)));
        expectRestricted(abi.encodeCall(ITestToken.crosschainBurn, (holder, 1)));
        expectRestricted(abi.encodeCall(ITestToken.mint, (stranger, 1)));
        expectRestricted(abi.encodeCall(ITestToken.freeze, (holder, true)));
    }

    /// The manager's yes is for one function and for one caller.
    function test_TheKeptAnswerIsForOneFunctionAndCaller() external {
        allow(source.manager, address(token), ITestToken.crosschainBurn.selector, 30);
        vm.prank(bridge);
        token.crosschainMint(recipient, 5);
        expectFailure(
            bridge,
            abi.encodeCall(ITestToken.crosschainBurn, (recipient, 1)),
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, bridge)
        );
        expectRestricted(abi.encodeCall(ITestToken.crosschainMint, (stranger, 1)));
    }

    /// ... and for one transaction.
    /// forge-config: default.isolate = true
    function test_TheKeptAnswerEndsWithTheTransaction() external {
        vm.prank(bridge);
        token.crosschainMint(recipient, 5);
        source.manager.revokeRole(BRIDGE, bridge);
        expectFailure(
            bridge,
            abi.encodeCall(ITestToken.crosschainMint, (recipient, 1)),
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, bridge)
        );
    }

    function test_FreezeStopsEveryMovement() external {
        vm.prank(holder);
        token.approve(keeper, 100);
        token.freeze(holder, true);
        check(token.isFrozen(holder), "frozen");
        equal(token.balanceOf(holder), FUNDS, "the balance stays");

        expectFailure(holder, abi.encodeCall(token.transfer, (stranger, 1)), frozen(holder));
        expectFailure(stranger, abi.encodeCall(token.transfer, (holder, 0)), frozen(holder));
        expectFailure(keeper, abi.encodeCall(token.transferFrom, (holder, stranger, 1)), frozen(holder));
        expectFailure(address(this), abi.encodeCall(token.mint, (holder, 1)), frozen(holder));
        expectFailure(bridge, abi.encodeCall(token.crosschainMint, (holder, 1)), frozen(holder));
        expectFailure(bridge, abi.encodeCall(token.crosschainBurn, (holder, 1)), frozen(holder));

        token.freeze(holder, false);
        check(!token.isFrozen(holder), "thawed");
        equal(token.balanceOf(holder), FUNDS, "the balance is there");
        vm.prank(holder);
        token.transfer(stranger, FUNDS);
        equal(token.balanceOf(stranger), FUNDS, "moved");
    }

    function test_FreezeTwice() external {
        token.freeze(holder, true);
        token.freeze(holder, true);
        token.freeze(holder, false);
        check(!token.isFrozen(holder), "thawed");
        token.freeze(stranger, false);
        equal(token.balanceOf(stranger), 0, "nothing");
    }

    function test_ZeroAddress() external {
        bytes memory receiver = abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0));
        expectFailure(address(this), abi.encodeCall(token.mint, (address(0), 1)), receiver);
        expectFailure(holder, abi.encodeCall(token.transfer, (address(0), 1)), receiver);
    }

    function test_MoreThanTheBalance() external {
        bytes memory wanted = abi.encodeWithSelector(
            IERC20Errors.ERC20InsufficientBalance.selector,
            holder,
            FUNDS,
            FUNDS + 1
        );
        expectFailure(holder, abi.encodeCall(token.transfer, (stranger, FUNDS + 1)), wanted);
        expectFailure(bridge, abi.encodeCall(token.crosschainBurn, (holder, FUNDS + 1)), wanted);
    }

    /// The highest bit of an account's word says frozen, so no amount may ever reach it.
    function test_LargestSupply() external {
        uint256 largest = (1 << 255) - 1;
        token.mint(stranger, largest - FUNDS);
        equal(token.totalSupply(), largest, "the largest supply");
        bytes memory wanted = abi.encodeWithSelector(ITestToken.SupplyTooLarge.selector);
        expectFailure(address(this), abi.encodeCall(token.mint, (stranger, 1)), wanted);
        expectFailure(bridge, abi.encodeCall(token.crosschainMint, (recipient, 1)), wanted);
        check(!token.isFrozen(stranger), "not frozen by an amount");
        vm.prank(holder);
        token.transfer(stranger, FUNDS);
        equal(token.balanceOf(stranger), largest, "all in one hand");
        check(!token.isFrozen(stranger), "still not frozen");
    }

    function test_TransferToOneself() external {
        vm.prank(holder);
        token.transfer(holder, FUNDS);
        equal(token.balanceOf(holder), FUNDS, "the same balance");
        equal(token.totalSupply(), FUNDS, "the same supply");
    }

    function test_Allowance() external {
        vm.prank(holder);
        token.approve(keeper, 100);
        vm.prank(keeper);
        token.transferFrom(holder, stranger, 60);
        equal(token.allowance(holder, keeper), 40, "the rest");
        expectFailure(
            keeper,
            abi.encodeCall(token.transferFrom, (holder, stranger, 41)),
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, keeper, 40, 41)
        );
    }

    /// Every movement keeps sum and freeze: three accounts against a plain model.
    function testFuzz_Movements(uint256 seed) external {
        address[3] memory accounts = [holder, recipient, stranger];
        uint256[3] memory balances = [FUNDS, uint256(0), uint256(0)];
        bool[3] memory isFrozen;
        for (uint256 step = 0; step < 12; ++step) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 from = (seed >> 8) % 3;
            uint256 to = (seed >> 16) % 3;
            uint256 amount = (seed >> 32) % (FUNDS / 4);
            bool done;
            bool allowed;
            if (seed % 4 == 0) {
                isFrozen[from] = (seed >> 24) % 2 == 0;
                token.freeze(accounts[from], isFrozen[from]);
                continue;
            }
            if (seed % 4 == 1) {
                allowed = !isFrozen[to];
                (done, ) = address(token).call(abi.encodeCall(token.mint, (accounts[to], amount)));
                if (allowed) balances[to] += amount;
            } else if (seed % 4 == 2) {
                allowed = !isFrozen[from] && balances[from] >= amount;
                vm.prank(bridge);
                (done, ) = address(token).call(abi.encodeCall(token.crosschainBurn, (accounts[from], amount)));
                if (allowed) balances[from] -= amount;
            } else {
                allowed = !isFrozen[from] && !isFrozen[to] && balances[from] >= amount;
                vm.prank(accounts[from]);
                (done, ) = address(token).call(abi.encodeCall(token.transfer, (accounts[to], amount)));
                if (allowed) balances[from] -= amount;
                if (allowed) balances[to] += amount;
            }
            check(done == allowed, "allowed or not");
        }
        for (uint256 i = 0; i < 3; ++i) {
            equal(token.balanceOf(accounts[i]), balances[i], "a balance");
            check(token.isFrozen(accounts[i]) == isFrozen[i], "a freeze");
        }
        equal(token.totalSupply(), balances[0] + balances[1] + balances[2], "the supply");
    }
}
