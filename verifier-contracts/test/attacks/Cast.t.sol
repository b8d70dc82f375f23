// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {ProofFixture} from "../support/ProofFixture.sol";
import {BallotK3D20Verifier} from "../../contracts/generated/BallotK3D20Verifier.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";

/// @notice Ballots that must be refused, each by the check that is there for it. Numbers are those of the attack catalogue.
/// Every test sends the honest ballot as well, so that none passes because nothing would.
contract CastAttacksTest is ProofFixture {
    address private constant STRANGER = address(0x57);
    uint256 private constant ANOTHER_CHAIN = 1337;

    // ---- votes counted twice

    function test_Attack02_SecondBallotOfOneMember() public {
        IElectionBox.Ballot memory second = ballot("again");
        box.cast(proposalId, ballot(0));
        assertNotEq(second.words[1], ballot(0).words[1], "the second ballot is another ballot");
        expectRefused(second, abi.encodeWithSelector(IElectionBox.NullifierSpent.selector, second.words[0]));
    }

    function test_Attack26_SameBallotTwice() public {
        IElectionBox.Ballot memory b = ballot(1);
        box.cast(proposalId, b);
        expectRefused(b, abi.encodeWithSelector(IElectionBox.NullifierSpent.selector, b.words[0]));
        assertEq(box.election(proposalId).ballots, 1);
    }

    /// @dev -A and -B give the same pairing: a second valid proof of the same ballot. The nullifier stops it.
    function test_Attack23_RerandomisedProof() public {
        IElectionBox.Ballot memory b = ballot(1);
        box.cast(proposalId, b);
        b.proof[1] = Q - b.proof[1];
        b.proof[4] = Q - b.proof[4];
        b.proof[5] = Q - b.proof[5];
        expectRefused(b, abi.encodeWithSelector(IElectionBox.NullifierSpent.selector, b.words[0]));
        vm.revertToState(beforeElection);
        openElection();
        box.cast(proposalId, b);
    }

    /// @dev Word + r folds to the same e: without the range check each ballot would have two nullifiers.
    function test_Attack18_WordPlusR() public {
        box.cast(proposalId, ballot(0));
        for (uint256 i = 0; i < 9; ++i) {
            IElectionBox.Ballot memory b = ballot(1);
            b.words[i] += R;
            expectRefused(b, abi.encodeWithSelector(IElectionBox.WordNotInField.selector, i, b.words[i]));
        }
        box.cast(proposalId, ballot(1));
    }

    function test_Attack18_HPlusR() public {
        IElectionBox.Ballot memory b = ballot(0);
        b.h += R;
        vm.expectPartialRevert(BallotK3D20Verifier.InputNotInField.selector);
        box.cast(proposalId, b);
        box.cast(proposalId, ballot(0));
    }

    // ---- somebody else's ballot

    /// @dev Ciphertext of member 0 under the nullifier of member 1, with either's proof and hash.
    function test_Attack32_AnothersCiphertext() public {
        IElectionBox.Ballot memory mine = ballot(1);
        IElectionBox.Ballot memory theirs = ballot(0);
        for (uint256 i = 1; i < 9; ++i) {
            mine.words[i] = theirs.words[i];
        }
        expectRefused(mine, proofInvalid());
        (mine.proof, mine.h) = (theirs.proof, theirs.h);
        expectRefused(mine, proofInvalid());
        box.cast(proposalId, theirs);
        box.cast(proposalId, ballot(1));
    }

    function test_Attack32_AnothersProof() public {
        IElectionBox.Ballot memory mine = ballot(1);
        mine.proof = ballot(0).proof;
        expectRefused(mine, proofInvalid());
        mine.h = ballot(0).h;
        expectRefused(mine, proofInvalid());
        box.cast(proposalId, ballot(1));
    }

    /// @dev One option's ciphertext exchanged with the next: Against for For.
    function test_Attack25_OptionsExchanged() public {
        for (uint256 k = 0; k < 2; ++k) {
            IElectionBox.Ballot memory b = ballot(2);
            uint256 at = 3 + 2 * k;
            (b.words[at], b.words[at + 1], b.words[at + 2], b.words[at + 3]) =
            (b.words[at + 2], b.words[at + 3], b.words[at], b.words[at + 1]);
            expectRefused(b, proofInvalid());
        }
        box.cast(proposalId, ballot(2));
    }

    function test_Attack25_AnyWordChanged() public {
        for (uint256 i = 0; i < 9; ++i) {
            IElectionBox.Ballot memory b = ballot(0);
            b.words[i] = addmod(b.words[i], 1, R);
            expectRefused(b, proofInvalid());
            b.words[i] = 0;
            expectRefused(b, proofInvalid());
        }
        IElectionBox.Ballot memory other = ballot(0);
        other.h = addmod(other.h, 1, R);
        expectRefused(other, proofInvalid());
        box.cast(proposalId, ballot(0));
    }

    // ---- forged proofs

    function test_Attack19_ForgedProof() public {
        IElectionBox.Ballot memory b = ballot(0);
        // Points of the groups, but not a proof: the generators of G1 and G2.
        b.proof = [
            uint256(1),
            2,
            11559732032986387107991004021392285783925812861821192530917403151452391805634,
            10857046999023057135944570762232829481370756359578518086990519993285655852781,
            4082367875863433681332203403145435568316851327593401208105741076214120093531,
            8495653923123431417604973247489272438418190587263600148770280649306958101930,
            1,
            2
        ];
        expectRefused(b, proofInvalid());
        box.cast(proposalId, ballot(0));
    }

    function test_Attack19_AnyCoordinateChanged() public {
        for (uint256 i = 0; i < 8; ++i) {
            IElectionBox.Ballot memory b = ballot(0);
            b.proof[i] = addmod(b.proof[i], 1, Q);
            expectRefused(b, abi.encodeWithSelector(BallotK3D20Verifier.InvalidPoint.selector));
            b = ballot(0);
            b.proof[i] += Q;
            expectRefused(b, abi.encodeWithSelector(BallotK3D20Verifier.CoordinateNotInField.selector, i, b.proof[i]));
        }
        box.cast(proposalId, ballot(0));
    }

    function test_Attack19_NegatedPoints() public {
        IElectionBox.Ballot memory b = ballot(0);
        b.proof[1] = Q - b.proof[1];
        expectRefused(b, proofInvalid());
        b = ballot(0);
        b.proof[7] = Q - b.proof[7];
        expectRefused(b, proofInvalid());
        box.cast(proposalId, ballot(0));
    }

    function test_Attack22_SwappedFp2Halves() public {
        IElectionBox.Ballot memory b = ballot(0);
        (b.proof[2], b.proof[3], b.proof[4], b.proof[5]) = (b.proof[3], b.proof[2], b.proof[5], b.proof[4]);
        expectRefused(b, abi.encodeWithSelector(BallotK3D20Verifier.InvalidPoint.selector));
        box.cast(proposalId, ballot(0));
    }

    /// @dev Too little gas for the pairing is a revert, never an answer.
    function test_Attack21_OutOfGas() public {
        IElectionBox.Ballot memory b = ballot(0);
        for (uint256 gas_ = 60_000; gas_ < 280_000; gas_ += 7_001) {
            (bool done,) = address(box).call{gas: gas_}(abi.encodeCall(IElectionBox.cast, (proposalId, b)));
            assertFalse(done);
        }
        assertFalse(box.isSpent(proposalId, b.words[0]));
        box.cast(proposalId, b);
    }

    // ---- in flight

    function test_Attack25_BoundToAnotherSender() public {
        IElectionBox.Ballot memory b = ballot("bound");
        assertEq(b.binding, RELAYER);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.BoundToAnother.selector, RELAYER, STRANGER));
        box.cast(proposalId, b);
        vm.prank(RELAYER);
        box.cast(proposalId, b);
    }

    /// @dev Rewriting the binding, taking it away, or adding one to a free ballot breaks the proof.
    function test_Attack25_BindingChanged() public {
        IElectionBox.Ballot memory b = ballot("bound");
        b.binding = STRANGER;
        vm.prank(STRANGER);
        expectRefused(b, proofInvalid());
        b.binding = address(0);
        expectRefused(b, proofInvalid());
        b = ballot(1);
        b.binding = STRANGER;
        vm.prank(STRANGER);
        expectRefused(b, proofInvalid());
        box.cast(proposalId, ballot(1));
    }

    // ---- another place

    /// @dev Proven by a member of this electorate for another chain, box, Governor or proposal, or by a member of another
    /// electorate: this election's constants and gamma refuse each.
    function test_Attack26_BallotsOfOtherElections() public {
        string[5] memory others = ["other_chain", "other_box", "other_governor", "other_proposal", "other_root"];
        for (uint256 i = 0; i < others.length; ++i) {
            expectRefused(ballot(others[i]), proofInvalid());
        }
        box.cast(proposalId, ballot(0));
    }

    /// @dev A fork of the chain after the opening: scope and constants are stored, gamma is not.
    function test_Attack26_ForkOfTheChain() public {
        vm.chainId(ANOTHER_CHAIN);
        expectRefused(ballot(0), proofInvalid());
        vm.chainId(CHAIN_ID);
        box.cast(proposalId, ballot(0));
    }

    /// @dev The same DAO at the same addresses, opened on another chain: scope and gamma differ, then the scope alone.
    function test_Attack26_AnotherChain() public {
        box.cast(proposalId, ballot(0));
        uint256 id = proposalId;
        uint256 scope = box.election(id).scope;
        vm.revertToState(beforeElection);
        vm.chainId(ANOTHER_CHAIN);
        openElection();
        assertEq(proposalId, id);
        assertNotEq(box.election(id).scope, scope);
        expectRefused(ballot(0), proofInvalid());
        vm.chainId(CHAIN_ID);
        expectRefused(ballot(0), proofInvalid());
    }

    /// @dev The same members, keys and proposal under another box (and Governor): all that differs are addresses.
    function test_Attack26_AnotherBox() public {
        box.cast(proposalId, ballot(0));
        (address first, uint256 root, uint256 id) = (address(box), electorate.root(), proposalId);
        deployElection(address(0xDA1));
        assertNotEq(address(box), first);
        assertEq(electorate.root(), root);
        assertEq(proposalId, id);
        expectRefused(ballot(0), proofInvalid());
    }

    function test_Attack26_AnotherProposal() public {
        box.cast(proposalId, ballot(0));
        uint256 id = propose("another");
        warpToActive(id);
        box.open(id);
        assertEq(box.election(id).root, box.election(proposalId).root);
        vm.expectRevert(proofInvalid());
        box.cast(id, ballot(0));
    }

    /// @dev The same proposal, box and chain, but one more member at the snapshot: a stale root.
    function test_Attack27_AnotherRoot() public {
        box.cast(proposalId, ballot(0));
        uint256 root = electorate.root();
        uint256 id = proposalId;
        address first = address(box);
        vm.revertToState(beforeElection);
        vm.prank(REGISTRAR);
        electorate.addWeighted(123456789, 1);
        openElection();
        assertEq(address(box), first);
        assertEq(proposalId, id);
        assertNotEq(box.election(id).root, root);
        expectRefused(ballot(0), proofInvalid());
    }

    // ---- another time

    function test_Attack28_EarlyBallot() public {
        vm.revertToState(beforeElection);
        vm.warp(START + 60);
        uint256 id = propose(DESCRIPTION);
        bytes memory reason = abi.encodeWithSelector(IElectionBox.ElectionNotOpened.selector, id);
        vm.expectRevert(reason);
        box.cast(id, ballot(0));
        warpToActive(id);
        vm.expectRevert(reason);
        box.cast(id, ballot(0));
        box.open(id);
        box.cast(id, ballot(0));
    }

    function test_Attack28_LateBallot() public {
        uint256 closes = box.election(proposalId).closes;
        uint256[3] memory late = [closes, closes + 1, governor.proposalDeadline(proposalId) + 1];
        for (uint256 i = 0; i < late.length; ++i) {
            vm.warp(late[i]);
            expectRefused(ballot(0), abi.encodeWithSelector(IElectionBox.VotingClosed.selector, closes, late[i]));
        }
        vm.warp(closes - 1);
        box.cast(proposalId, ballot(0));
    }

    /// @dev A precompile that refuses a point burns the gas it is given: a million for each call leaves enough for the next.
    function expectRefused(IElectionBox.Ballot memory b, bytes memory reason) private {
        vm.expectRevert(reason);
        box.cast{gas: 1_000_000}(proposalId, b);
    }

    function proofInvalid() private pure returns (bytes memory) {
        return abi.encodeWithSelector(BallotK3D20Verifier.ProofInvalid.selector);
    }
}
