// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {AcceptingBallotVerifier, AcceptingTallyVerifier, NamedVerifier} from "../support/AcceptingVerifiers.sol";
import {ElectionFixture} from "../support/ElectionFixture.sol";
import {BallotBox} from "../../contracts/voting/BallotBox.sol";
import {Committee} from "../../contracts/voting/Committee.sol";
import {Electorate} from "../../contracts/voting/Electorate.sol";
import {IBallotBox} from "../../contracts/voting/interfaces/IBallotBox.sol";
import {ICommittee} from "../../contracts/voting/interfaces/ICommittee.sol";
import {IBallotVerifier, ITallyVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";

/// @notice The box's own checks: configuration, opening, windows, counters. Proofs are taken unseen here; the tests under
/// attacks/ have real ones.
contract BallotBoxTest is ElectionFixture {
    address private constant STRANGER = address(0x57);

    function deployVerifiers() internal override returns (IBallotVerifier, ITallyVerifier) {
        return (new AcceptingBallotVerifier(), new AcceptingTallyVerifier());
    }

    function setUp() public {
        deployElection(DEPLOYER);
    }

    // ---- configuration

    function test_ConfigurationIsShownAndAnnounced() public {
        IBallotBox.Config memory next = IBallotBox.Config(RULE, 7, 30, 2);
        vm.expectEmit(true, true, true, true, address(box));
        emit IBallotBox.Configured(RULE, 7, 30, 2);
        vm.prank(address(timelock));
        box.configure(next);
        assertEq(keccak256(abi.encode(box.configuration())), keccak256(abi.encode(next)));
    }

    function test_RevertWhen_AStrangerConfigures() public {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER));
        box.configure(config());
    }

    /// @dev Every single bit of the rule changed, the weighted bit and unknown bits among them.
    function test_Attack35a_RuleOtherThanSingleChoice() public {
        IBallotBox.Config memory next = config();
        for (uint256 bit = 0; bit < 64; ++bit) {
            next.rule = RULE ^ uint64(1 << bit);
            refuseConfig(next, abi.encodeWithSelector(IBallotBox.UnsupportedRule.selector, next.rule));
        }
    }

    function test_RevertWhen_TheTallyPeriodIsZero() public {
        IBallotBox.Config memory next = config();
        next.tallyPeriod = 0;
        refuseConfig(next, abi.encodeWithSelector(IBallotBox.TallyPeriodZero.selector));
    }

    function test_Attack35_MinimumTurnoutOfOne() public {
        IBallotBox.Config memory next = config();
        for (uint32 turnout = 0; turnout < 2; ++turnout) {
            next.minTurnout = turnout;
            refuseConfig(next, abi.encodeWithSelector(IBallotBox.MinTurnoutTooSmall.selector, turnout));
        }
    }

    function test_AnOpenElectionKeepsItsConfiguration() public {
        vm.prank(address(timelock));
        box.configure(IBallotBox.Config(RULE, 9, 30, 5));
        IBallotBox.ElectionView memory e = box.election(proposalId);
        assertEq(e.minTurnout, MIN_TURNOUT);
        assertEq(e.term, term);
        assertEq(e.closes, governor.proposalDeadline(proposalId) - TALLY_PERIOD);
    }

    // ---- construction

    function test_Attack15_VerifierOfAnotherCircuit() public {
        NamedVerifier other = new NamedVerifier("ballot-k8-d20", 1);
        vm.expectRevert(
            abi.encodeWithSelector(IBallotBox.WrongCircuit.selector, address(other), "ballot-k8-d20", 1)
        );
        newBox(other, tallyVerifier);
        other = new NamedVerifier("ballot-k3-d20", 2);
        vm.expectRevert(
            abi.encodeWithSelector(IBallotBox.WrongCircuit.selector, address(other), "ballot-k3-d20", 2)
        );
        newBox(other, tallyVerifier);
        vm.expectRevert(
            abi.encodeWithSelector(IBallotBox.WrongCircuit.selector, address(ballotVerifier), "ballot-k3-d20", 1)
        );
        newBox(ballotVerifier, ITallyVerifier(address(ballotVerifier)));
    }

    function test_RevertWhen_APartHasNoCode() public {
        vm.expectRevert(abi.encodeWithSelector(IBallotBox.NotAContract.selector, STRANGER));
        newBox(IBallotVerifier(STRANGER), tallyVerifier);
        vm.expectRevert(abi.encodeWithSelector(IBallotBox.NotAContract.selector, STRANGER));
        newBox(ballotVerifier, ITallyVerifier(STRANGER));
        vm.expectRevert(abi.encodeWithSelector(IBallotBox.NotAContract.selector, STRANGER));
        new BallotBox(
            address(manager), governor, electorate, Committee(STRANGER), ballotVerifier, tallyVerifier, config()
        );
        vm.expectRevert(abi.encodeWithSelector(IBallotBox.NotAContract.selector, STRANGER));
        new BallotBox(
            address(manager), IGovernor(STRANGER), electorate, committee, ballotVerifier, tallyVerifier, config()
        );
    }

    function test_RevertWhen_TheClockCountsBlocks() public {
        vm.mockCall(
            address(governor), abi.encodeCall(IERC6372.CLOCK_MODE, ()), abi.encode("mode=blocknumber&from=default")
        );
        vm.expectRevert(abi.encodeWithSelector(IBallotBox.ClockNotTimestamp.selector, address(governor)));
        newBox(ballotVerifier, tallyVerifier);
    }

    // ---- opening

    function test_OpeningFixesEverything() public {
        uint256 id = propose("another");
        warpToActive(id);
        uint256 scope = uint256(
            keccak256(
                abi.encode(
                    keccak256("tabella.scope.v1"),
                    block.chainid,
                    address(box),
                    address(governor),
                    id,
                    electorate.root()
                )
            )
        ) >> 8;
        uint48 deadline = uint48(governor.proposalDeadline(id));
        vm.expectEmit(true, true, true, true, address(box));
        emit IBallotBox.ElectionOpened(
            id,
            electorate.root(),
            5,
            scope,
            RULE | 1,
            term,
            flatKeys(),
            uint48(block.timestamp),
            deadline - TALLY_PERIOD,
            deadline
        );
        vm.prank(STRANGER);
        box.open(id);

        IBallotBox.ElectionView memory e = box.election(id);
        assertEq(e.root, electorate.root());
        assertEq(e.size, 5);
        assertEq(e.totalWeight, electorate.totalWeight());
        assertEq(e.scope, scope);
        assertEq(e.rule, RULE | 1);
        assertEq(e.term, term);
        assertEq(e.keys, flatKeys());
        assertEq(e.foldedConstants[0], 1);
        assertEq(e.foldedConstants[1], 2);
        assertEq(e.opened, block.timestamp);
        assertEq(e.closes, deadline - TALLY_PERIOD);
        assertEq(e.tallyBy, deadline);
        assertEq(e.minTurnout, MIN_TURNOUT);
        assertEq(e.ballots, 0);
        assertFalse(e.tallied || e.resultCast);
        assertEq(box.electionId(id), keccak256(abi.encode(keccak256("tabella.election.v1"), block.chainid, box, id)));
        assertEq(
            box.tallyContext(id),
            uint256(keccak256(abi.encode(keccak256("tabella.tally.v1"), block.chainid, committee, term, box, id))) >> 8
        );
    }

    function test_OpeningFoldsTheConstantsInTheirOrder() public {
        uint256 id = propose("another");
        warpToActive(id);
        uint256[] memory keys = flatKeys();
        uint256[] memory constants = new uint256[](10);
        constants[0] = electorate.root();
        constants[1] = 5;
        constants[2] = uint256(
            keccak256(
                abi.encode(
                    keccak256("tabella.scope.v1"), block.chainid, address(box), address(governor), id, constants[0]
                )
            )
        ) >> 8;
        constants[3] = RULE | 1;
        for (uint256 i = 0; i < 6; ++i) {
            constants[4 + i] = keys[i];
        }
        vm.expectCall(address(ballotVerifier), abi.encodeCall(IBallotVerifier.foldConstants, (constants)), 1);
        box.open(id);
    }

    function test_SumsBeginNeutral() public view {
        uint256[] memory sums = box.accumulators(proposalId);
        assertEq(sums.length, 8);
        for (uint256 i = 0; i < 8; ++i) {
            assertEq(sums[i], i % 2);
        }
    }

    function test_RevertWhen_OpenedTwice() public {
        vm.expectRevert(abi.encodeWithSelector(IBallotBox.AlreadyOpened.selector, proposalId));
        box.open(proposalId);
    }

    function test_Attack28_OpeningOutsideTheVotingPeriod() public {
        uint256 id = propose("another");
        refuseOpen(id, notActive(id, IGovernor.ProposalState.Pending));
        vm.warp(governor.proposalSnapshot(id));
        refuseOpen(id, notActive(id, IGovernor.ProposalState.Pending));
        warpToClose(id);
        refuseOpen(
            id, abi.encodeWithSelector(IBallotBox.NoTimeToVote.selector, block.timestamp, block.timestamp)
        );
        vm.warp(governor.proposalDeadline(id) + 1);
        refuseOpen(id, notActive(id, IGovernor.ProposalState.Defeated));
    }

    function test_Attack28_OpeningACancelledProposal() public {
        uint256 id = propose("another");
        cancel("another");
        refuseOpen(id, notActive(id, IGovernor.ProposalState.Canceled));
    }

    function test_RevertWhen_ThereIsNoProposal() public {
        refuseOpen(123, abi.encodeWithSelector(IGovernor.GovernorNonexistentProposal.selector, 123));
    }

    function test_LastSecondForOpeningLeavesOneForBallots() public {
        uint256 id = propose("another");
        vm.warp(governor.proposalDeadline(id) - TALLY_PERIOD - 1);
        box.open(id);
        box.cast(id, ballot(1));
    }

    /// @dev A look-alike that the Electorate never named holds no votes.
    function test_Attack35a_LookAlikeBox() public {
        BallotBox other = newBox(ballotVerifier, tallyVerifier);
        vm.expectRevert(
            abi.encodeWithSelector(IBallotBox.BoxLacksVotes.selector, electorate.totalWeight() * UNIT, 0)
        );
        other.open(proposalId);
    }

    function test_Attack27_TheRootIsTheSnapshots() public {
        uint256 id = propose("another");
        uint256 before = electorate.root();
        vm.warp(governor.proposalSnapshot(id) + 1);
        vm.prank(REGISTRAR);
        electorate.addWeighted(12345, 7);
        box.open(id);
        IBallotBox.ElectionView memory e = box.election(id);
        assertEq(e.root, before);
        assertEq(e.size, 5);
        assertEq(e.totalWeight, electorate.totalWeight() - 7);
        assertNotEq(electorate.root(), before);
    }

    function test_RevertWhen_TheElectorateIsEmptyTooLargeOrRootless() public {
        uint256 id = propose("another");
        warpToActive(id);
        uint256 snapshot = governor.proposalSnapshot(id);
        bytes memory asked = abi.encodeCall(Electorate.checkpointAt, (snapshot));
        vm.mockCall(address(electorate), asked, abi.encode(0, 0, 0));
        refuseOpen(id, abi.encodeWithSelector(IBallotBox.ElectorateSizeUnsupported.selector, 0));
        vm.mockCall(address(electorate), asked, abi.encode(1, 2 ** 20 + 1, 0));
        refuseOpen(id, abi.encodeWithSelector(IBallotBox.ElectorateSizeUnsupported.selector, 2 ** 20 + 1));
        vm.mockCall(address(electorate), asked, abi.encode(0, 5, 0));
        refuseOpen(id, abi.encodeWithSelector(IBallotBox.ElectorateRootZero.selector));
        vm.mockCall(address(electorate), asked, abi.encode(1, 2 ** 20, 0));
        box.open(id);
    }

    function test_RevertWhen_TheTermIsUnknownOrOfAnotherShape() public {
        IBallotBox.Config memory next = config();
        next.term = 9;
        vm.prank(address(timelock));
        box.configure(next);
        uint256 id = propose("another");
        warpToActive(id);
        refuseOpen(id, abi.encodeWithSelector(ICommittee.UnknownTerm.selector, 9));
        vm.mockCall(
            address(committee), abi.encodeCall(ICommittee.termInfo, (9)), abi.encode(new address[](1), 1, 8)
        );
        refuseOpen(id, abi.encodeWithSelector(IBallotBox.UnsupportedTerm.selector, 9, 8, 1));
        vm.mockCall(
            address(committee), abi.encodeCall(ICommittee.termInfo, (9)), abi.encode(new address[](3), 2, 3)
        );
        refuseOpen(id, abi.encodeWithSelector(IBallotBox.UnsupportedTerm.selector, 9, 3, 2));
    }

    // ---- after the opening: windows and counters

    function test_StatusFollowsTheClock() public {
        assertStatus(IBallotBox.Status.Open);
        assertEq(uint256(box.status(123)), uint256(IBallotBox.Status.Unopened));
        warpToClose(proposalId);
        assertStatus(IBallotBox.Status.BelowTurnout);
        vm.warp(block.timestamp - 1);
        castBallots(MIN_TURNOUT);
        assertStatus(IBallotBox.Status.Open);
        warpToClose(proposalId);
        assertStatus(IBallotBox.Status.Closed);
        vm.warp(governor.proposalDeadline(proposalId));
        assertStatus(IBallotBox.Status.Closed);
        vm.warp(block.timestamp + 1);
        assertStatus(IBallotBox.Status.Expired);
        vm.warp(block.timestamp - 1);
        box.tally(proposalId, 1, votes(10, 20, 0), 0, emptyProof());
        assertStatus(IBallotBox.Status.Tallied);
        box.castResult(proposalId);
        assertStatus(IBallotBox.Status.ResultCast);
    }

    function test_RevertWhen_NothingWasOpened() public {
        bytes memory reason = abi.encodeWithSelector(IBallotBox.ElectionNotOpened.selector, 123);
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
        reason = abi.encodeWithSelector(IBallotBox.NotTallied.selector, 123);
        vm.expectRevert(reason);
        box.castResult(123);
        vm.expectRevert(reason);
        box.totals(123);
    }

    function test_RevertWhen_TheNumberOfWordsIsWrong() public {
        IBallotBox.Ballot memory b = ballot(1);
        b.words = new uint256[](8);
        vm.expectRevert(abi.encodeWithSelector(IBallotBox.WrongNumberOfWords.selector, 9, 8));
        box.cast(proposalId, b);
        b.words = new uint256[](10);
        vm.expectRevert(abi.encodeWithSelector(IBallotBox.WrongNumberOfWords.selector, 9, 10));
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
            emit IBallotBox.SharePosted(proposalId, 0, digest, share);
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
        vm.expectRevert(abi.encodeWithSelector(IBallotBox.WrongNumberOfWords.selector, 8, 7));
        box.postShare(proposalId, 0, new uint256[](7));
        uint256[] memory share = new uint256[](8);
        share[7] = R;
        vm.expectRevert(abi.encodeWithSelector(IBallotBox.WordNotInField.selector, 7, R));
        box.postShare(proposalId, 0, share);
        vm.expectRevert(abi.encodeWithSelector(ICommittee.UnknownTrustee.selector, term, 1));
        box.postShare(proposalId, 1, new uint256[](8));
    }

    function test_Attack35a_SubsetsOtherThanTheTrustee() public {
        castBallots(MIN_TURNOUT);
        warpToClose(proposalId);
        uint256[4] memory bad = [uint256(0), 2, 3, type(uint256).max];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IBallotBox.WrongSubset.selector, bad[i]));
            box.tally(proposalId, bad[i], votes(1, 1, 1), 0, emptyProof());
        }
    }

    /// @dev Even with a proof: totals stay below 2^40 and within the electorate's weight.
    function test_Attack35a_TotalsAboveTheBoxsVotes() public {
        castBallots(MIN_TURNOUT);
        warpToClose(proposalId);
        uint256 weight = electorate.totalWeight();
        expectTallyRefused(votes(0, 2 ** 40, 0), abi.encodeWithSelector(IBallotBox.TotalTooLarge.selector, 1, 2 ** 40));
        expectTallyRefused(
            votes(type(uint256).max, 1, 1),
            abi.encodeWithSelector(IBallotBox.TotalTooLarge.selector, 0, type(uint256).max)
        );
        expectTallyRefused(
            votes(weight, 1, 0), abi.encodeWithSelector(IBallotBox.TotalsExceedWeight.selector, weight + 1, weight)
        );
        expectTallyRefused(
            new uint256[](2), abi.encodeWithSelector(IBallotBox.WrongNumberOfWords.selector, 3, 2)
        );
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
        emit IBallotBox.Tallied(proposalId, MIN_TURNOUT, votes(a, b, c));
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
        assertStatus(IBallotBox.Status.Tallied);
    }

    // ---- helpers

    function newBox(IBallotVerifier ballots, ITallyVerifier tallies) private returns (BallotBox) {
        return new BallotBox(address(manager), governor, electorate, committee, ballots, tallies, config());
    }

    function refuseConfig(IBallotBox.Config memory next, bytes memory reason) private {
        vm.prank(address(timelock));
        vm.expectRevert(reason);
        box.configure(next);
        vm.expectRevert(reason);
        new BallotBox(address(manager), governor, electorate, committee, ballotVerifier, tallyVerifier, next);
    }

    function refuseOpen(uint256 id, bytes memory reason) private {
        vm.expectRevert(reason);
        box.open(id);
    }

    function expectTallyRefused(uint256[] memory list, bytes memory reason) private {
        vm.expectRevert(reason);
        box.tally(proposalId, 1, list, 0, emptyProof());
    }

    function cancel(string memory description) private {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = payment();
        vm.prank(PROPOSER);
        governor.cancel(targets, values, calls, keccak256(bytes(description)));
    }

    function castBallots(uint256 n) private {
        for (uint256 i = 1; i <= n; ++i) {
            box.cast(proposalId, ballot(i));
        }
    }

    /// @dev Four neutral points, which are on the curve, and a nullifier.
    function ballot(uint256 nullifier) private pure returns (IBallotBox.Ballot memory b) {
        b.words = new uint256[](9);
        b.words[0] = nullifier;
        for (uint256 i = 2; i < 9; i += 2) {
            b.words[i] = 1;
        }
    }

    function votes(uint256 a, uint256 b, uint256 c) private pure returns (uint256[] memory list) {
        list = new uint256[](3);
        (list[0], list[1], list[2]) = (a, b, c);
    }

    function emptyProof() private pure returns (uint256[8] memory proof) {}

    function flatKeys() private view returns (uint256[] memory list) {
        uint256[2][] memory keys = points(".keys");
        list = new uint256[](6);
        for (uint256 i = 0; i < 3; ++i) {
            (list[2 * i], list[2 * i + 1]) = (keys[i][0], keys[i][1]);
        }
    }

    function notActive(uint256 id, IGovernor.ProposalState state) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IBallotBox.ProposalNotActive.selector, id, state);
    }

    function assertStatus(IBallotBox.Status expected) private view {
        assertEq(uint256(box.status(proposalId)), uint256(expected));
    }
}
