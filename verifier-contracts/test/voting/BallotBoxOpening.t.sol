// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {NamedVerifier} from "../support/AcceptingVerifiers.sol";
import {BoxFixture} from "../support/BoxFixture.sol";
import {BallotBox} from "../../contracts/voting/BallotBox.sol";
import {Committee} from "../../contracts/voting/Committee.sol";
import {Electorate} from "../../contracts/voting/Electorate.sol";
import {IBallotBox} from "../../contracts/voting/interfaces/IBallotBox.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";
import {ICommittee} from "../../contracts/voting/interfaces/ICommittee.sol";
import {IBallotVerifier, IFoldedVerifier, ITallyVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";

/// @notice What a box is made with, and what it opens elections with.
contract BallotBoxOpeningTest is BoxFixture {
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

    /// @dev Every single bit of the rule changed: the weighted bit and unknown bits, a second kind, options and limit.
    function test_Attack35a_RuleOtherThanSingleChoice() public {
        IBallotBox.Config memory next = config();
        for (uint256 bit = 0; bit < 64; ++bit) {
            next.rule = RULE ^ uint64(1 << bit);
            bytes4 error = IElectionBox.RuleBitsUnknown.selector;
            if (bit >= 1 && bit <= 4) error = IElectionBox.RuleNotOneKind.selector;
            if (bit >= 16 && bit < 32) error = IElectionBox.RuleOptionsNotPrefix.selector;
            // Against and For alone are a rule, but not one that a Governor counts.
            if (bit == 18) error = IBallotBox.UnsupportedRule.selector;
            if (bit >= 32 && bit < 48) error = IElectionBox.RuleLimitOutOfRange.selector;
            refuseConfig(next, abi.encodeWithSelector(error, next.rule));
        }
    }

    /// @dev A Governor counts single choice and splits, of all three options.
    function test_Attack35a_RulesThatAreForPolls() public {
        IBallotBox.Config memory next = config();
        uint64[3] memory rules = [ruleOf(2, 3, 2), ruleOf(4, 3, 5), ruleOf(3, 2, 100)];
        for (uint256 i = 0; i < rules.length; ++i) {
            next.rule = rules[i];
            refuseConfig(next, abi.encodeWithSelector(IBallotBox.UnsupportedRule.selector, next.rule));
        }
        next.rule = ruleOf(3, 3, 100);
        vm.prank(address(timelock));
        box.configure(next);
        assertEq(box.configuration().rule, next.rule);
    }

    function test_RevertWhen_TheTallyPeriodIsZero() public {
        IBallotBox.Config memory next = config();
        next.tallyPeriod = 0;
        refuseConfig(next, abi.encodeWithSelector(IElectionBox.TallyPeriodZero.selector));
    }

    function test_Attack35_MinimumTurnoutOfOne() public {
        IBallotBox.Config memory next = config();
        for (uint32 turnout = 0; turnout < 2; ++turnout) {
            next.minTurnout = turnout;
            refuseConfig(next, abi.encodeWithSelector(IElectionBox.MinTurnoutTooSmall.selector, turnout));
        }
    }

    function test_AnOpenElectionKeepsItsConfiguration() public {
        vm.prank(address(timelock));
        box.configure(IBallotBox.Config(RULE, 9, 30, 5));
        IElectionBox.ElectionView memory e = box.election(proposalId);
        assertEq(e.minTurnout, MIN_TURNOUT);
        assertEq(e.term, term);
        assertEq(e.closes, governor.proposalDeadline(proposalId) - TALLY_PERIOD);
    }

    // ---- construction

    function test_Attack15_VerifierOfAnotherCircuit() public {
        NamedVerifier other = new NamedVerifier("ballot-k8-d20", 2);
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.WrongCircuit.selector, address(other), "ballot-k8-d20", 2));
        newBox(other, tallyVerifier);
        other = new NamedVerifier("ballot-k3-d20", 1);
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.WrongCircuit.selector, address(other), "ballot-k3-d20", 1));
        newBox(other, tallyVerifier);
        vm.expectRevert(
            abi.encodeWithSelector(IElectionBox.WrongCircuit.selector, address(ballotVerifier), "ballot-k3-d20", 2)
        );
        newBox(ballotVerifier, ITallyVerifier(address(ballotVerifier)));
    }

    function test_RevertWhen_APartHasNoCode() public {
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.NotAContract.selector, STRANGER));
        newBox(IBallotVerifier(STRANGER), tallyVerifier);
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.NotAContract.selector, STRANGER));
        newBox(ballotVerifier, ITallyVerifier(STRANGER));
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.NotAContract.selector, STRANGER));
        new BallotBox(
            address(manager), governor, electorate, Committee(STRANGER), ballotVerifier, tallyVerifier, config()
        );
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.NotAContract.selector, STRANGER));
        new BallotBox(
            address(manager), IGovernor(STRANGER), electorate, committee, ballotVerifier, tallyVerifier, config()
        );
    }

    function test_RevertWhen_TheClockCountsBlocks() public {
        vm.mockCall(
            address(governor), abi.encodeCall(IERC6372.CLOCK_MODE, ()), abi.encode("mode=blocknumber&from=default")
        );
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.ClockNotTimestamp.selector, address(governor)));
        newBox(ballotVerifier, tallyVerifier);
    }

    // ---- opening

    function test_OpeningFixesEverything() public {
        uint256 id = propose("another");
        warpToActive(id);
        uint256 scope = uint256(
            keccak256(
                abi.encode(
                    keccak256("tabella.scope.v1"), block.chainid, address(box), address(governor), id, electorate.root()
                )
            )
        ) >> 8;
        uint48 deadline = uint48(governor.proposalDeadline(id));
        vm.expectEmit(true, true, true, true, address(box));
        emit IElectionBox.ElectionOpened(
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

        IElectionBox.ElectionView memory e = box.election(id);
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
        vm.expectCall(address(ballotVerifier), abi.encodeCall(IFoldedVerifier.foldConstants, (constants)), 1);
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
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.AlreadyOpened.selector, proposalId));
        box.open(proposalId);
    }

    function test_Attack28_OpeningOutsideTheVotingPeriod() public {
        uint256 id = propose("another");
        refuseOpen(id, notActive(id, IGovernor.ProposalState.Pending));
        vm.warp(governor.proposalSnapshot(id));
        refuseOpen(id, notActive(id, IGovernor.ProposalState.Pending));
        warpToClose(id);
        refuseOpen(id, abi.encodeWithSelector(IElectionBox.NoTimeToVote.selector, block.timestamp, block.timestamp));
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
        vm.expectRevert(abi.encodeWithSelector(IBallotBox.BoxLacksVotes.selector, electorate.totalWeight() * UNIT, 0));
        other.open(proposalId);
    }

    function test_Attack27_TheRootIsTheSnapshots() public {
        uint256 id = propose("another");
        uint256 before = electorate.root();
        vm.warp(governor.proposalSnapshot(id) + 1);
        vm.prank(REGISTRAR);
        electorate.addWeighted(12345, 7);
        // Late enough for the new member to be in every later checkpoint.
        vm.warp(block.timestamp + 100);
        box.open(id);
        IElectionBox.ElectionView memory e = box.election(id);
        assertEq(e.root, before);
        assertEq(e.size, 5);
        assertEq(e.totalWeight, electorate.totalWeight() - 7);
        assertNotEq(electorate.root(), before);
    }

    function test_RevertWhen_TheElectorateIsEmptyTooLargeOrRootless() public {
        uint256 id = propose("another");
        warpToActive(id);
        uint256 snapshot = governor.proposalSnapshot(id);
        bytes memory asked = abi.encodeCall(electorate.checkpointAt, (snapshot));
        vm.mockCall(address(electorate), asked, abi.encode(0, 0, 0));
        refuseOpen(id, abi.encodeWithSelector(IElectionBox.ElectorateSizeUnsupported.selector, 0));
        vm.mockCall(address(electorate), asked, abi.encode(1, 2 ** 20 + 1, 0));
        refuseOpen(id, abi.encodeWithSelector(IElectionBox.ElectorateSizeUnsupported.selector, 2 ** 20 + 1));
        vm.mockCall(address(electorate), asked, abi.encode(0, 5, 0));
        refuseOpen(id, abi.encodeWithSelector(IElectionBox.ElectorateRootZero.selector));
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
        vm.mockCall(address(committee), abi.encodeCall(ICommittee.termInfo, (9)), abi.encode(new address[](1), 1, 8));
        refuseOpen(id, abi.encodeWithSelector(IElectionBox.UnsupportedTerm.selector, 9, 8, 1));
        vm.mockCall(address(committee), abi.encodeCall(ICommittee.termInfo, (9)), abi.encode(new address[](3), 2, 3));
        refuseOpen(id, abi.encodeWithSelector(IElectionBox.UnsupportedTerm.selector, 9, 3, 2));
    }
}
