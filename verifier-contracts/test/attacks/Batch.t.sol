// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {BallotK3D20Verifier} from "../../contracts/generated/BallotK3D20Verifier.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";
import {Bn254} from "../support/Bn254.sol";
import {ProofFixture} from "../support/ProofFixture.sol";

/// @notice Many ballots in one transaction, with real proofs: what is counted, what is skipped, what reverts all of it.
contract BatchAttacksTest is ProofFixture {
    address private constant STRANGER = address(0x57);

    // ---- what a batch is

    function test_ABatchIsItsBallotsOneByOne() public {
        IElectionBox.Ballot[] memory all = batch(MEMBERS);
        for (uint256 i = 0; i < MEMBERS; ++i) {
            vm.expectEmit(true, true, true, true, address(box));
            emit IElectionBox.BallotCast(proposalId, all[i].words[0], digest(all[i]), tail(all[i].words));
        }
        vm.prank(STRANGER);
        box.castBatch(proposalId, all);
        assertCounted();
    }

    function test_BatchesAndSingleBallotsAddUp() public {
        IElectionBox.Ballot[] memory two = new IElectionBox.Ballot[](2);
        (two[0], two[1]) = (ballot(4), ballot(2));
        box.cast(proposalId, ballot(1));
        box.castBatch(proposalId, two);
        box.cast(proposalId, ballot(0));
        two = new IElectionBox.Ballot[](1);
        two[0] = ballot(3);
        box.castBatch(proposalId, two);
        assertCounted();
    }

    // ---- what is skipped

    /// @dev Somebody casts a copy of one ballot of the batch first: it is counted there, and the batch goes through.
    function test_Attack35a_OneCopiedBallotDoesNotKillABatch() public {
        for (uint256 i = 0; i < MEMBERS; ++i) {
            vm.revertToState(beforeElection);
            openElection();
            vm.prank(STRANGER);
            box.cast(proposalId, ballot(i));
            vm.expectEmit(true, true, true, true, address(box));
            emit IElectionBox.BallotSkipped(proposalId, ballot(i).words[0]);
            box.castBatch(proposalId, batch(MEMBERS));
            assertCounted();
        }
    }

    /// @dev A second ballot of one member in the batch: the first one counts, in either order.
    function test_Attack02_RepeatedNullifierInOneBatchCountedOnce() public {
        IElectionBox.Ballot[] memory all = new IElectionBox.Ballot[](MEMBERS + 2);
        for (uint256 i = 0; i < MEMBERS; ++i) {
            all[i] = ballot(i);
        }
        (all[MEMBERS], all[MEMBERS + 1]) = (ballot("again"), ballot(3));
        box.castBatch(proposalId, all);
        assertCounted();

        vm.revertToState(beforeElection);
        openElection();
        all = new IElectionBox.Ballot[](2);
        (all[0], all[1]) = (ballot("again"), ballot(0));
        box.castBatch(proposalId, all);
        assertEq(box.election(proposalId).ballots, 1);
        assertEq(box.accumulators(proposalId), tail(ballot("again").words));
    }

    function test_Attack26_ABatchTwice() public {
        box.castBatch(proposalId, batch(MEMBERS));
        box.castBatch(proposalId, batch(MEMBERS));
        assertCounted();
    }

    /// @dev (-A, -B) is another proof of the same ballot.
    function test_Attack23_RerandomisedProofInABatchCountedOnce() public {
        IElectionBox.Ballot[] memory all = new IElectionBox.Ballot[](MEMBERS + 1);
        for (uint256 i = 0; i < MEMBERS; ++i) {
            all[i] = ballot(i);
        }
        all[MEMBERS] = rerandomised(ballot(1));
        box.castBatch(proposalId, all);
        assertCounted();
        vm.revertToState(beforeElection);
        openElection();
        (all[1], all[MEMBERS]) = (all[MEMBERS], all[1]);
        box.castBatch(proposalId, all);
        assertCounted();
    }

    /// @dev A spent nullifier with other words and a proof of nothing: skipped, not verified, not counted.
    function test_Attack32_InvalidBallotUnderASpentNullifier() public {
        box.cast(proposalId, ballot(1));
        IElectionBox.Ballot[] memory all = batch(MEMBERS);
        for (uint256 i = 1; i < 9; ++i) {
            all[1].words[i] = ballot(0).words[i];
        }
        all[1].proof[0] = 1;
        box.castBatch(proposalId, all);
        assertCounted();
        // Before it is spent, the same ballot takes the whole batch with it.
        vm.revertToState(beforeElection);
        openElection();
        refuse(all, abi.encodePacked(BallotK3D20Verifier.InvalidPoint.selector));
    }

    // ---- what reverts

    function test_Attack19_OneForgedBallotRevertsTheBatch() public {
        for (uint256 i = 0; i < MEMBERS; ++i) {
            IElectionBox.Ballot[] memory all = batch(MEMBERS);
            all[i].words[1] = addmod(all[i].words[1], 1, R);
            refuse(all, proofInvalid());
            all = batch(MEMBERS);
            all[i].proof = ballot((i + 1) % MEMBERS).proof;
            refuse(all, proofInvalid());
        }
        for (uint256 i = 0; i < MEMBERS; ++i) {
            assertFalse(box.isSpent(proposalId, ballot(i).words[0]));
        }
        box.castBatch(proposalId, batch(MEMBERS));
        assertCounted();
    }

    /// @dev C_i + X and C_j - X: with equal coefficients the sum of both is right.
    function test_Attack24_BadProofsThatCancel() public {
        for (uint256 i = 0; i < MEMBERS; ++i) {
            for (uint256 j = 0; j < MEMBERS; ++j) {
                if (i == j) continue;
                IElectionBox.Ballot[] memory all = batch(MEMBERS);
                move(all[i], [uint256(1), 2]);
                move(all[j], Bn254.neg([uint256(1), 2]));
                refuse(all, proofInvalid());
            }
        }
        box.castBatch(proposalId, batch(MEMBERS));
        assertCounted();
    }

    function test_Attack18_WordPlusRInABatch() public {
        for (uint256 i = 0; i < 9; ++i) {
            IElectionBox.Ballot[] memory all = batch(MEMBERS);
            all[2].words[i] += R;
            refuse(all, abi.encodeWithSelector(IElectionBox.WordNotInField.selector, i, all[2].words[i]));
        }
        IElectionBox.Ballot[] memory other = batch(MEMBERS);
        other[3].h += R;
        refuse(other, abi.encodeWithSelector(BallotK3D20Verifier.InputNotInField.selector, 9, other[3].h));
        // Under a spent nullifier too: what is malformed is refused, not skipped.
        box.cast(proposalId, ballot(2));
        other = batch(MEMBERS);
        other[2].words[0] += R;
        refuse(other, abi.encodeWithSelector(IElectionBox.WordNotInField.selector, 0, other[2].words[0]));
        box.castBatch(proposalId, batch(MEMBERS));
        assertCounted();
    }

    /// @dev Who batches sees the binding beforehand, so one that is another's is an error and not a skip.
    function test_Attack25_BoundBallotInABatch() public {
        IElectionBox.Ballot[] memory all = batch(MEMBERS);
        all[0] = ballot("bound");
        vm.prank(STRANGER);
        refuse(all, abi.encodeWithSelector(IElectionBox.BoundToAnother.selector, RELAYER, STRANGER));
        all[0].binding = address(0);
        refuse(all, proofInvalid());
        all[0].binding = RELAYER;
        vm.prank(RELAYER);
        box.castBatch(proposalId, all);
        assertEq(box.election(proposalId).ballots, MEMBERS);
    }

    function test_Attack26_BallotsOfOtherElectionsInABatch() public {
        string[5] memory others = ["other_chain", "other_box", "other_governor", "other_proposal", "other_root"];
        for (uint256 i = 0; i < others.length; ++i) {
            IElectionBox.Ballot[] memory all = batch(MEMBERS);
            all[i] = ballot(others[i]);
            refuse(all, proofInvalid());
        }
    }

    function test_Attack20_BatchesOfOtherShapes() public {
        refuse(batch(0), abi.encodeWithSelector(IElectionBox.BatchSizeUnsupported.selector, 0, box.MAX_BATCH()));
        uint256 most = box.MAX_BATCH();
        IElectionBox.Ballot[] memory many = new IElectionBox.Ballot[](most + 1);
        refuse(many, abi.encodeWithSelector(IElectionBox.BatchSizeUnsupported.selector, most + 1, most));
        IElectionBox.Ballot[] memory all = batch(MEMBERS);
        all[4].words = new uint256[](8);
        refuse(all, abi.encodeWithSelector(IElectionBox.WrongNumberOfWords.selector, 9, 8));
        all[4].words = new uint256[](10);
        refuse(all, abi.encodeWithSelector(IElectionBox.WrongNumberOfWords.selector, 9, 10));
    }

    function test_Attack28_ABatchOutsideTheWindow() public {
        refuseIn(123, abi.encodeWithSelector(IElectionBox.ElectionNotOpened.selector, 123));
        uint256 closes = box.election(proposalId).closes;
        vm.warp(closes);
        refuseIn(proposalId, abi.encodeWithSelector(IElectionBox.VotingClosed.selector, closes, closes));
        vm.warp(closes - 1);
        box.castBatch(proposalId, batch(MEMBERS));
        assertCounted();
    }

    /// @dev Too little gas is a revert, never an answer, and nothing is spent.
    function test_Attack21_ABatchOutOfGas() public {
        IElectionBox.Ballot[] memory all = batch(2);
        bytes memory call = abi.encodeCall(IElectionBox.castBatch, (proposalId, all));
        for (uint256 given = 60_000; given < 350_000; given += 9_001) {
            (bool done,) = address(box).call{gas: given}(call);
            assertFalse(done);
        }
        assertFalse(box.isSpent(proposalId, all[0].words[0]));
        box.castBatch(proposalId, all);
    }

    // ---- shared steps

    function batch(uint256 n) private view returns (IElectionBox.Ballot[] memory list) {
        list = new IElectionBox.Ballot[](n);
        for (uint256 i = 0; i < n; ++i) {
            list[i] = ballot(i);
        }
    }

    function rerandomised(IElectionBox.Ballot memory b) private pure returns (IElectionBox.Ballot memory) {
        b.proof[1] = Q - b.proof[1];
        (b.proof[4], b.proof[5]) = (Q - b.proof[4], Q - b.proof[5]);
        return b;
    }

    /// @dev C + X.
    function move(IElectionBox.Ballot memory b, uint256[2] memory x) private view {
        uint256[2] memory c = Bn254.add([b.proof[6], b.proof[7]], x);
        (b.proof[6], b.proof[7]) = (c[0], c[1]);
    }

    function refuse(IElectionBox.Ballot[] memory all, bytes memory reason) private {
        vm.expectRevert(reason);
        box.castBatch{gas: 3_000_000}(proposalId, all);
    }

    function refuseIn(uint256 id, bytes memory reason) private {
        IElectionBox.Ballot[] memory all = batch(2);
        vm.expectRevert(reason);
        box.castBatch(id, all);
    }

    /// @dev Each of the five ballots is in the sums once, and the tally's proof fits them.
    function assertCounted() private {
        assertEq(box.election(proposalId).ballots, MEMBERS);
        assertEq(box.accumulators(proposalId), provenSums());
        warpToClose(proposalId);
        tally();
    }

    function proofInvalid() private pure returns (bytes memory) {
        return abi.encodeWithSelector(BallotK3D20Verifier.ProofInvalid.selector);
    }
}
