// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {ProofFixture} from "../support/ProofFixture.sol";
import {TallyK3T1Verifier} from "../../contracts/generated/TallyK3T1Verifier.sol";
import {IBallotBox} from "../../contracts/voting/interfaces/IBallotBox.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";

/// @notice Shares, tallies and results that must be refused, each by the check that is there for it. Every test ends with the
/// honest tally, so that none passes because nothing would.
contract TallyAttacksTest is ProofFixture {
    address private constant STRANGER = address(0x57);

    function setUp() public override {
        super.setUp();
        castAll();
    }

    // ---- time

    function test_Attack28_TallyAndShareBeforeTheClose() public {
        uint256 closes = box.election(proposalId).closes;
        vm.warp(closes - 1);
        bytes memory reason = abi.encodeWithSelector(IElectionBox.VotingNotClosed.selector, closes, closes - 1);
        refuse(provenTotals(), reason);
        refuseShare(TRUSTEE, reason);
        closeAndTally();
    }

    function test_Attack28_TallyAndShareAfterTheDeadline() public {
        uint256 deadline = governor.proposalDeadline(proposalId);
        vm.warp(deadline + 1);
        bytes memory reason = abi.encodeWithSelector(IElectionBox.TallyingClosed.selector, deadline, deadline + 1);
        refuse(provenTotals(), reason);
        refuseShare(TRUSTEE, reason);
        vm.warp(deadline);
        tally();
        box.castResult(proposalId);
    }

    // ---- turnout

    function test_Attack35_TallyAndShareBelowTheTurnout() public {
        vm.revertToState(beforeElection);
        openElection();
        for (uint256 i = 0; i + 1 < MIN_TURNOUT; ++i) {
            box.cast(proposalId, ballot(i));
        }
        warpToClose(proposalId);
        bytes memory reason = abi.encodeWithSelector(IElectionBox.TurnoutTooLow.selector, MIN_TURNOUT - 1, MIN_TURNOUT);
        refuse(provenTotals(), reason);
        refuseShare(TRUSTEE, reason);
        assertEq(uint256(box.status(proposalId)), uint256(IElectionBox.Status.BelowTurnout));

        // With all ballots in, the same proof is taken.
        vm.warp(block.timestamp - 1);
        for (uint256 i = MIN_TURNOUT - 1; i < MEMBERS; ++i) {
            box.cast(proposalId, ballot(i));
        }
        closeAndTally();
    }

    // ---- totals and proof

    function test_WrongTotals() public {
        warpToClose(proposalId);
        for (uint256 k = 0; k < 3; ++k) {
            // A vote of one option counted for the next: the sum stays right.
            uint256[] memory list = provenTotals();
            uint256 from = list[k] > 0 ? k : (k + 1) % 3;
            list[from] -= 1;
            list[(from + 1) % 3] += 1;
            refuse(list, proofInvalid());
            list = provenTotals();
            if (list[k] == 0) continue;
            list[k] = 0;
            refuse(list, proofInvalid());
        }
        tally();
    }

    function test_Attack18_TotalPlusR() public {
        warpToClose(proposalId);
        for (uint256 k = 0; k < 3; ++k) {
            uint256[] memory list = provenTotals();
            list[k] += R;
            refuse(list, abi.encodeWithSelector(IElectionBox.TotalTooLarge.selector, k, list[k]));
        }
        tally();
    }

    function test_Attack35a_TotalsAboveTheBoxsVotes() public {
        warpToClose(proposalId);
        uint256 weight = electorate.totalWeight();
        uint256[] memory list = provenTotals();
        list[1] += 1;
        refuse(list, abi.encodeWithSelector(IElectionBox.TotalsExceedWeight.selector, weight + 1, weight));
        tally();
    }

    function test_Attack19_ForgedTallyProof() public {
        warpToClose(proposalId);
        (uint256 h, uint256[8] memory proof) = tallyProof();
        uint256[] memory list = provenTotals();
        uint256[8] memory forged = proof;
        forged[1] = Q - forged[1];
        vm.expectRevert(proofInvalid());
        box.tally(proposalId, 1, list, h, forged);
        forged = ballot(0).proof;
        vm.expectRevert(proofInvalid());
        box.tally(proposalId, 1, list, h, forged);
        (, proof) = tallyProof();
        vm.expectRevert(proofInvalid());
        box.tally(proposalId, 1, list, h + 1, proof);
        vm.expectPartialRevert(TallyK3T1Verifier.InputNotInField.selector);
        box.tally(proposalId, 1, list, h + R, proof);
        tally();
    }

    /// @dev A ballot too few: the same totals are not those of these sums.
    function test_TotalsOfOtherSums() public {
        vm.revertToState(beforeElection);
        openElection();
        for (uint256 i = 0; i + 1 < MEMBERS; ++i) {
            box.cast(proposalId, ballot(i));
        }
        warpToClose(proposalId);
        refuse(provenTotals(), proofInvalid());
        vm.warp(block.timestamp - 1);
        box.cast(proposalId, ballot(MEMBERS - 1));
        closeAndTally();
    }

    /// @dev Another election whose sums were made equal by force: the context alone tells them apart.
    function test_Attack26_TotalsOfAnotherElection() public {
        uint256 id = propose("another");
        warpToActive(id);
        box.open(id);
        copyStateOfTheElection(id);
        assertEq(box.accumulators(id), box.accumulators(proposalId));
        assertNotEq(box.tallyContext(id), box.tallyContext(proposalId));

        warpToClose(id);
        (uint256 h, uint256[8] memory proof) = tallyProof();
        uint256[] memory list = provenTotals();
        vm.expectRevert(proofInvalid());
        box.tally(id, 1, list, h, proof);

        vm.warp(governor.proposalDeadline(proposalId));
        tally();
    }

    function test_Attack26_ProofForAnotherProposal() public {
        warpToClose(proposalId);
        (uint256 h, uint256[8] memory proof) = otherTallyProof();
        uint256[] memory list = provenTotals();
        vm.expectRevert(proofInvalid());
        box.tally(proposalId, 1, list, h, proof);
        tally();
    }

    function test_Attack26_TallyOnAForkOfTheChain() public {
        warpToClose(proposalId);
        vm.chainId(1337);
        refuse(provenTotals(), proofInvalid());
        vm.chainId(CHAIN_ID);
        tally();
    }

    // ---- once

    function test_Attack30_TallyTwice() public {
        closeAndTally();
        bytes memory reason = abi.encodeWithSelector(IElectionBox.AlreadyTallied.selector, proposalId);
        refuse(provenTotals(), reason);
        refuseShare(TRUSTEE, reason);
        assertEq(box.totals(proposalId), provenTotals());
    }

    function test_Attack30_ResultCastTwice() public {
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.NotTallied.selector, proposalId));
        box.castResult(proposalId);
        closeAndTally();
        box.castResult(proposalId);
        vm.expectRevert(abi.encodeWithSelector(IBallotBox.ResultAlreadyCast.selector, proposalId));
        box.castResult(proposalId);
        (, uint256 for_,) = governor.proposalVotes(proposalId);
        assertEq(for_, provenTotals()[1] * UNIT);
    }

    // ---- trustees

    function test_ShareOfAStranger() public {
        warpToClose(proposalId);
        address[3] memory others = [STRANGER, DEPLOYER, address(timelock)];
        for (uint256 i = 0; i < others.length; ++i) {
            refuseShare(others[i], abi.encodeWithSelector(IElectionBox.NotTheTrustee.selector, 0, TRUSTEE, others[i]));
        }
        uint256[] memory share = shareWords();
        bytes32 digest = keccak256(abi.encodePacked(share));
        vm.expectEmit(true, true, true, true, address(box));
        emit IElectionBox.SharePosted(proposalId, 0, digest, share);
        vm.prank(TRUSTEE);
        box.postShare(proposalId, 0, share);
        assertEq(box.shareDigest(proposalId, 0), digest);
        tally();
    }

    // ---- shared steps

    function proofInvalid() private pure returns (bytes memory) {
        return abi.encodeWithSelector(TallyK3T1Verifier.ProofInvalid.selector);
    }

    function closeAndTally() private {
        warpToClose(proposalId);
        tally();
    }

    function refuse(uint256[] memory list, bytes memory reason) private {
        (uint256 h, uint256[8] memory proof) = tallyProof();
        vm.expectRevert(reason);
        box.tally(proposalId, 1, list, h, proof);
    }

    function refuseShare(address sender, bytes memory reason) private {
        uint256[] memory share = shareWords();
        vm.prank(sender);
        vm.expectRevert(reason);
        box.postShare(proposalId, 0, share);
    }

    /// @dev Writes the sums and the counter of ballots of the election into another, slot by slot.
    function copyStateOfTheElection(uint256 id) private {
        copySlots(
            abi.encodeCall(IElectionBox.accumulators, (proposalId)), abi.encodeCall(IElectionBox.accumulators, (id))
        );
        // The packed slot of times and counters: only the ballots are taken over.
        bytes32[] memory from = slotsRead(abi.encodeCall(IElectionBox.status, (proposalId)));
        bytes32[] memory to = slotsRead(abi.encodeCall(IElectionBox.status, (id)));
        uint256 ballots = uint256(vm.load(address(box), from[0])) & (uint256(type(uint32).max) << 176);
        vm.store(address(box), to[0], bytes32(uint256(vm.load(address(box), to[0])) | ballots));
        assertEq(box.election(id).ballots, MEMBERS);
    }

    function copySlots(bytes memory fromCall, bytes memory toCall) private {
        bytes32[] memory from = slotsRead(fromCall);
        bytes32[] memory to = slotsRead(toCall);
        assertEq(from.length, to.length);
        for (uint256 i = 0; i < from.length; ++i) {
            // The slot of opening and closing times comes first, and stays.
            if (i > 0) vm.store(address(box), to[i], vm.load(address(box), from[i]));
        }
    }

    function slotsRead(bytes memory call) private returns (bytes32[] memory reads) {
        vm.record();
        (bool done,) = address(box).staticcall(call);
        assertTrue(done);
        (reads,) = vm.accesses(address(box));
    }
}
