// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Test} from "forge-std/Test.sol";
import {TokenElectorate} from "../../../contracts/voting/electorates/TokenElectorate.sol";
import {IMembers} from "../../../contracts/voting/interfaces/IMembers.sol";
import {ITokenElectorate} from "../../../contracts/voting/interfaces/ITokenElectorate.sol";
import {VotesToken} from "../../support/ChainPeers.sol";

/// @dev Takes a tenth of every transfer.
contract FeeToken is VotesToken {
    constructor(address holder) VotesToken(holder, 1e30) {}

    function _update(address from, address to, uint256 value) internal override {
        if (from == address(0)) return super._update(from, to, value);
        super._update(from, to, value - value / 10);
        super._update(from, address(0xFEE), value / 10);
    }
}

/// @dev A box whose Governor has a voting period.
contract PeriodBox {
    uint256 public votingPeriod = 4 hours;

    function governor() external view returns (address) {
        return address(this);
    }
}

/// @notice Locked tokens: their weight, their votes, their way back.
contract TokenTest is Test {
    uint256 private constant UNIT = 1e18;
    uint256 private constant COOLING = 5 hours;
    uint256 private constant START = 1_800_000_000;
    address private constant BOB = address(0xB0B);

    address private authority;
    VotesToken private token;
    TokenElectorate private electorate;
    address private box;

    function setUp() public {
        vm.warp(START);
        authority = address(new AccessManager(address(this)));
        token = new VotesToken(address(this), 1e27);
        electorate = new TokenElectorate(authority, UNIT, token, COOLING);
        box = address(new PeriodBox());
        electorate.setBox(box);
        token.transfer(BOB, 100 * UNIT);
        token.approve(address(electorate), type(uint256).max);
        vm.prank(BOB);
        token.approve(address(electorate), type(uint256).max);
    }

    function test_LockedTokensAreWeightAndTheBoxsVotes() public {
        electorate.lock(30 * UNIT, 5);
        vm.prank(BOB);
        electorate.lock(7 * UNIT, 6);
        assertEq(electorate.weightOf(5), 30);
        assertEq(electorate.totalWeight(), 37);
        assertEq(token.getVotes(box), 37 * UNIT);
        assertEq(electorate.ownerOf(6), BOB);
        assertEq(electorate.kind(), "token");
        vm.warp(START + 1);
        assertEq(token.getPastVotes(box, START), electorate.getPastVotes(box, START));
    }

    function test_RevertWhen_TheAmountIsNoNumberOfUnits() public {
        uint256[4] memory bad = [0, 1, UNIT + 1, uint256(2 ** 32) * UNIT];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ITokenElectorate.AmountNotInUnits.selector, bad[i], UNIT));
            electorate.lock(bad[i], 5);
        }
    }

    function test_RevertWhen_TheTokenTakesAFee() public {
        FeeToken taking = new FeeToken(address(this));
        TokenElectorate other = new TokenElectorate(authority, UNIT, IERC20(address(taking)), COOLING);
        taking.approve(address(other), UNIT);
        vm.expectRevert(abi.encodeWithSelector(ITokenElectorate.AmountNotReceived.selector, UNIT, UNIT * 9 / 10));
        other.lock(UNIT, 5);
    }

    /// @dev One token, one weight at a time: it comes back only after the period, so nothing can be locked twice.
    function test_Attack27_DoubleLock() public {
        vm.startPrank(BOB);
        electorate.lock(100 * UNIT, 5);
        vm.expectRevert();
        electorate.lock(UNIT, 6);
        uint256 id = electorate.unlock(5, new uint256[](0));
        vm.expectRevert();
        electorate.lock(UNIT, 6);
        vm.expectRevert(abi.encodeWithSelector(ITokenElectorate.StillLocked.selector, START + COOLING, START));
        electorate.withdraw(id);
        vm.warp(START + COOLING - 1);
        vm.expectRevert();
        electorate.withdraw(id);
        vm.warp(START + COOLING);
        electorate.withdraw(id);
        assertEq(token.balanceOf(BOB), 100 * UNIT);
        vm.expectRevert(abi.encodeWithSelector(ITokenElectorate.NothingToWithdraw.selector, id));
        electorate.withdraw(id);
        electorate.lock(100 * UNIT, 6);
        // Every second knows the tokens once.
        vm.warp(START + COOLING + 1);
        assertEq(electorate.getPastTotalSupply(START + COOLING), 100 * UNIT);
        assertEq(electorate.totalWeight() * UNIT, token.getVotes(box));
    }

    function test_Attack27_ACommitmentLockedTwice() public {
        electorate.lock(UNIT, 5);
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(IMembers.AlreadyMember.selector, 5));
        electorate.lock(UNIT, 5);
    }

    /// @dev Who unlocked cannot vote in what comes later; the votes that earlier elections count stay with the box.
    function test_Attack27_UnlockedTokensVoteInNoLaterElection() public {
        electorate.lock(30 * UNIT, 5);
        vm.prank(BOB);
        electorate.lock(7 * UNIT, 6);
        vm.warp(START + 10);
        uint256[] memory siblings = new uint256[](1);
        siblings[0] = leafOf(6, 7);
        electorate.unlock(5, siblings);
        vm.warp(START + 11);
        assertEq(electorate.getPastTotalSupply(START + 9), 37 * UNIT);
        assertEq(electorate.getPastTotalSupply(START + 10), 7 * UNIT);
        assertGe(token.getPastVotes(box, START + 10), 7 * UNIT);
        assertEq(electorate.totalWeight(), 7);
    }

    function test_Attack27_UnlockOrWithdrawByAnother() public {
        electorate.lock(UNIT, 5);
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(ITokenElectorate.NotTheOwner.selector, address(this), BOB));
        electorate.unlock(5, new uint256[](0));
        uint256 id = electorate.unlock(5, new uint256[](0));
        vm.warp(START + COOLING);
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(ITokenElectorate.NotTheOwner.selector, address(this), BOB));
        electorate.withdraw(id);
        vm.expectRevert(abi.encodeWithSelector(ITokenElectorate.NotTheOwner.selector, address(0), address(this)));
        electorate.unlock(99, new uint256[](0));
    }

    function test_CoolingFitsTheGovernorsPeriod() public {
        TokenElectorate quick = new TokenElectorate(authority, UNIT, token, 4 hours - 1);
        vm.expectRevert(abi.encodeWithSelector(ITokenElectorate.CoolingTooShort.selector, 4 hours - 1, 4 hours));
        quick.setBox(box);
        vm.expectRevert(abi.encodeWithSelector(ITokenElectorate.CoolingTooLong.selector, 366 days + 1));
        new TokenElectorate(authority, UNIT, token, 366 days + 1);
        vm.expectRevert(abi.encodeWithSelector(ITokenElectorate.TokenWithoutCode.selector, BOB));
        new TokenElectorate(authority, UNIT, IERC20(BOB), COOLING);
    }

    /// @dev Any order of locking, unlocking and withdrawing: the box's votes in the token cover the weight at every second.
    function testFuzz_TheBoxsVotesCoverTheWeight(uint256 seed) public {
        uint256[] memory ids = new uint256[](8);
        for (uint256 i = 0; i < 8; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            vm.warp(block.timestamp + seed % COOLING);
            electorate.lock((1 + seed % 50) * UNIT, i + 1);
            // The last leaf of an odd size stands alone: no siblings.
            if (i % 2 == 0 && seed & 0x100 != 0) ids[i] = electorate.unlock(i + 1, new uint256[](0));
            uint256 pick = (seed >> 16) % 8;
            if (ids[pick] != 0) try electorate.withdraw(ids[pick]) {} catch {}
        }
        vm.warp(block.timestamp + 1);
        for (uint256 t = START; t < block.timestamp; t += 977) {
            assertGe(token.getPastVotes(box, t), electorate.getPastTotalSupply(t));
        }
    }

    function leafOf(uint256 commitment, uint32 weight) private returns (uint256) {
        TokenElectorate one = new TokenElectorate(authority, 1, token, COOLING);
        token.approve(address(one), weight);
        one.lock(weight, commitment);
        return one.root();
    }
}
