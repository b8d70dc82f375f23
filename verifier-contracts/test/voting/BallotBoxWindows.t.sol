// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {BoxFixture} from "../support/BoxFixture.sol";
import {ReentrantGovernor} from "../support/ReentrantGovernor.sol";
import {IBallotBox} from "../../contracts/voting/interfaces/IBallotBox.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";
import {ICommittee} from "../../contracts/voting/interfaces/ICommittee.sol";

/// @notice What an open election takes, when, and what it counts.
contract BallotBoxWindowsTest is BoxFixture {
    function test_StatusFollowsTheClock() public {
        assertStatus(IElectionBox.Status.Open);
        assertEq(uint256(box.status(123)), uint256(IElectionBox.Status.Unopened));
        warpToClose(proposalId);
        assertStatus(IElectionBox.Status.BelowTurnout);
        vm.warp(block.timestamp - 1);
        castBallots(MIN_TURNOUT);
        assertStatus(IElectionBox.Status.Open);
        warpToClose(proposalId);
        assertStatus(IElectionBox.Status.Closed);
        vm.warp(governor.proposalDeadline(proposalId));
        assertStatus(IElectionBox.Status.Closed);
        vm.warp(block.timestamp + 1);
        assertStatus(IElectionBox.Status.Expired);
        vm.warp(block.timestamp - 1);
        box.tally(proposalId, 1, votes(10, 20, 0), 0, emptyProof());
        assertStatus(IElectionBox.Status.Tallied);
        box.castResult(proposalId);
        assertStatus(IElectionBox.Status.ResultCast);
    }

    function test_RevertWhen_NothingWasOpened() public {
        bytes memory reason = abi.encodeWithSelector(IElectionBox.ElectionNotOpened.selector, 123);
        vm.expectRevert(reason);
        box.cast(123, ballot(1));
        vm.expectRevert(reason);
        box.postShare(123, 0, new uint256[](8));
        vm.expectRevert(reason);
        box.tally(123, 1, votes(0, 0, 0), 0, emptyProof());
        vm.expectRevert(reason);
        box.election(123);
        vm.expectRevert(reason);
        box.accumulators(123);
        vm.expectRevert(reason);
        box.tallyContext(123);
        reason = abi.encodeWithSelector(IElectionBox.NotTallied.selector, 123);
        vm.expectRevert(reason);
        box.castResult(123);
        vm.expectRevert(reason);
        box.totals(123);
    }

    function test_RevertWhen_TheNumberOfWordsIsWrong() public {
        IElectionBox.Ballot memory b = ballot(1);
        b.words = new uint256[](8);
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.WrongNumberOfWords.selector, 9, 8));
        box.cast(proposalId, b);
        b.words = new uint256[](10);
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.WrongNumberOfWords.selector, 9, 10));
        box.cast(proposalId, b);
    }

    function test_Attack28_ATallyOfACancelledProposal() public {
        castBallots(MIN_TURNOUT);
        // The Governor lets a proposer cancel only before the vote begins; an executor's cancellation comes at any time.
        warpToClose(proposalId);
        vm.mockCall(
            address(governor),
            abi.encodeCall(IGovernor.state, (proposalId)),
            abi.encode(IGovernor.ProposalState.Canceled)
        );
        bytes memory reason = notActive(proposalId, IGovernor.ProposalState.Canceled);
        vm.expectRevert(reason);
        box.tally(proposalId, 1, votes(1, 0, 0), 0, emptyProof());
        vm.expectRevert(reason);
        vm.prank(TRUSTEE);
        box.postShare(proposalId, 0, new uint256[](8));
    }

    function test_SharesReplaceEachOther() public {
        castBallots(MIN_TURNOUT);
        warpToClose(proposalId);
        uint256[] memory share = new uint256[](8);
        for (uint256 i = 0; i < 2; ++i) {
            share[0] = i;
            bytes32 digest = keccak256(abi.encodePacked(share));
            vm.expectEmit(true, true, true, true, address(box));
            emit IElectionBox.SharePosted(proposalId, 0, digest, share);
            vm.prank(TRUSTEE);
            box.postShare(proposalId, 0, share);
            assertEq(box.shareDigest(proposalId, 0), digest);
        }
        assertEq(box.shareDigest(proposalId, 1), 0);
    }

    function test_RevertWhen_AShareIsMalformed() public {
        castBallots(MIN_TURNOUT);
        warpToClose(proposalId);
        vm.startPrank(TRUSTEE);
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.WrongNumberOfWords.selector, 8, 7));
        box.postShare(proposalId, 0, new uint256[](7));
        uint256[] memory share = new uint256[](8);
        share[7] = R;
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.WordNotInField.selector, 7, R));
        box.postShare(proposalId, 0, share);
        vm.expectRevert(abi.encodeWithSelector(ICommittee.UnknownTrustee.selector, term, 1));
        box.postShare(proposalId, 1, new uint256[](8));
    }

    function test_Attack35a_SubsetsOtherThanTheTrustee() public {
        castBallots(MIN_TURNOUT);
        warpToClose(proposalId);
        uint256[4] memory bad = [uint256(0), 2, 3, type(uint256).max];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IElectionBox.WrongSubset.selector, bad[i]));
            box.tally(proposalId, bad[i], votes(1, 1, 1), 0, emptyProof());
        }
    }

    /// @dev Even with a proof: totals stay below 2^40 and within the electorate's weight.
    function test_Attack35a_TotalsAboveTheBoxsVotes() public {
        castBallots(MIN_TURNOUT);
        warpToClose(proposalId);
        uint256 weight = electorate.totalWeight();
        expectTallyRefused(
            votes(0, 2 ** 40, 0), abi.encodeWithSelector(IElectionBox.TotalTooLarge.selector, 1, 2 ** 40)
        );
        expectTallyRefused(
            votes(type(uint256).max, 1, 1),
            abi.encodeWithSelector(IElectionBox.TotalTooLarge.selector, 0, type(uint256).max)
        );
        expectTallyRefused(
            votes(weight, 1, 0), abi.encodeWithSelector(IElectionBox.TotalsExceedWeight.selector, weight + 1, weight)
        );
        expectTallyRefused(new uint256[](2), abi.encodeWithSelector(IElectionBox.WrongNumberOfWords.selector, 3, 2));
        box.tally(proposalId, 1, votes(weight - 1, 1, 0), 0, emptyProof());
    }

    /// @dev Any split of the weight arrives in the Governor's own order, times the unit.
    function testFuzz_TheGovernorCountsWhatWasTallied(uint256 a, uint256 b, uint256 c) public {
        castBallots(MIN_TURNOUT);
        warpToClose(proposalId);
        uint256 weight = electorate.totalWeight();
        a = bound(a, 0, weight);
        b = bound(b, 0, weight - a);
        c = bound(c, 0, weight - a - b);
        vm.expectEmit(true, true, true, true, address(box));
        emit IElectionBox.Tallied(proposalId, MIN_TURNOUT, votes(a, b, c));
        box.tally(proposalId, 1, votes(a, b, c), 0, emptyProof());
        assertEq(box.totals(proposalId), votes(a, b, c));
        vm.expectEmit(true, true, true, true, address(box));
        emit IBallotBox.ResultCast(proposalId, a * UNIT, b * UNIT, c * UNIT);
        box.castResult(proposalId);
        (uint256 against, uint256 for_, uint256 abstain) = governor.proposalVotes(proposalId);
        assertEq(against, a * UNIT);
        assertEq(for_, b * UNIT);
        assertEq(abstain, c * UNIT);
    }

    function test_RevertWhen_TheResultComesAfterTheDeadline() public {
        castBallots(MIN_TURNOUT);
        warpToClose(proposalId);
        box.tally(proposalId, 1, votes(0, 100, 0), 0, emptyProof());
        vm.warp(governor.proposalDeadline(proposalId) + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorUnexpectedProposalState.selector,
                proposalId,
                IGovernor.ProposalState.Defeated,
                bytes32(uint256(1) << uint8(IGovernor.ProposalState.Active))
            )
        );
        box.castResult(proposalId);
        assertStatus(IElectionBox.Status.Tallied);
    }

    /// @dev The once-flag is set before the Governor is called.
    function test_Attack30_ReentrantGovernor() public {
        castBallots(MIN_TURNOUT);
        warpToClose(proposalId);
        box.tally(proposalId, 1, votes(0, 100, 0), 0, emptyProof());
        vm.etch(address(governor), type(ReentrantGovernor).runtimeCode);
        vm.expectRevert(abi.encodeWithSelector(IBallotBox.ResultAlreadyCast.selector, proposalId));
        box.castResult(proposalId);
    }
}
