// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {BallotK8D20Verifier} from "../../contracts/generated/BallotK8D20Verifier.sol";
import {PollBox} from "../../contracts/voting/PollBox.sol";
import {ICommittee} from "../../contracts/voting/interfaces/ICommittee.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";
import {IPollBox} from "../../contracts/voting/interfaces/IPollBox.sol";
import {IBallotVerifier, ITallyVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";
import {PollProofFixture} from "../support/PollProofFixture.sol";
import {TotalsReader} from "../support/TotalsReader.sol";

/// @notice Polls under every rule, with real proofs of 3 and of 8 options, and what must be refused.
contract PollAttacksTest is PollProofFixture {
    address private constant STRANGER = address(0x57);

    function setUp() public override {
        super.setUp();
        vm.revertToState(beforeElection);
        setUpPolls();
    }

    // ---- the honest way

    function test_TheElectionsFileIsThatOfTheDeployment() public {
        string memory polls = pollsJson();
        uint256 id = openManyElection();
        string memory many = venueJson(box, address(governor), id);
        string memory all = string.concat('{\n"many": ', many, ',\n"polls": ', polls, "\n}\n");
        assertEq(vm.readFile(ELECTIONS_FILE), all, "run npm run fixtures, then make the proofs again");
    }

    function test_EveryRuleFromBallotsToTotals() public {
        for (uint256 i = 0; i < POLLS; ++i) {
            TotalsReader reader = new TotalsReader(boxOf(i), pollIds[i]);
            IElectionBox.Ballot[] memory all = pollBallots(i);
            boxOf(i).cast(pollIds[i], all[1]);
            // The one that is cast already is skipped.
            boxOf(i).castBatch(pollIds[i], all);
            assertEq(boxOf(i).election(pollIds[i]).ballots, 3);
            assertEq(boxOf(i).accumulators(pollIds[i]), pollSums(i), vm.toString(i));
            vm.warp(POLL_CLOSES);
            vm.expectRevert(abi.encodeWithSelector(TotalsReader.Undecided.selector, IElectionBox.Status.Closed));
            reader.winner();
            uint256[] memory share = pollShare(i);
            vm.prank(TRUSTEE);
            boxOf(i).postShare(pollIds[i], 0, share);
            tallyPoll(i);
            assertEq(boxOf(i).totals(pollIds[i]), pollTotals(i));
            assertEq(uint256(boxOf(i).status(pollIds[i])), uint256(IElectionBox.Status.Tallied));
            assertEq(reader.winner(), [uint256(3), 1, 1, 0, 3, 4][i]);
            vm.warp(POLL_OPENS + 1);
        }
        // Members 0, 1, 2 have weights 10, 20, 30.
        assertEq(pollTotals(0)[3], 40);
        assertEq(pollTotals(1)[1], 30);
        assertEq(pollTotals(2)[1], 290 - 40 + 100 - 60);
    }

    // ---- what a poll is made of

    function test_Attack35a_CallerChosenRule() public {
        IPollBox.PollConfig memory c = pollConfig(0);
        for (uint256 bit = 0; bit < 64; ++bit) {
            c.rule = pollRule(0) ^ uint64(1 << bit);
            bytes4 error = IElectionBox.RuleBitsUnknown.selector;
            if (bit >= 1 && bit <= 4) error = IElectionBox.RuleNotOneKind.selector;
            // The eighth option taken away leaves a rule of seven.
            if (bit == 23) continue;
            if (bit >= 16 && bit < 32) error = IElectionBox.RuleOptionsNotPrefix.selector;
            if (bit >= 32 && bit < 48) error = IElectionBox.RuleLimitOutOfRange.selector;
            refuseCreation(c, abi.encodeWithSelector(error, c.rule));
        }
        // One option is no choice; more than the circuit has cannot be sealed; a limit of 0 lets nobody vote.
        uint64[4] memory rules = [
            uint64((1 << 1) | (1 << 16) | (1 << 32)),
            (1 << 1) | (511 << 16) | (1 << 32),
            (1 << 2) | (7 << 16),
            (1 << 3) | (7 << 16)
        ];
        for (uint256 i = 0; i < 4; ++i) {
            c.rule = rules[i];
            bytes4 error =
                i < 2 ? IElectionBox.RuleOptionsNotPrefix.selector : IElectionBox.RuleLimitOutOfRange.selector;
            refuseCreation(c, abi.encodeWithSelector(error, c.rule));
        }
        c.rule = (1 << 1) | (15 << 16) | (1 << 32);
        vm.prank(POLLSTER);
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.RuleOptionsNotPrefix.selector, c.rule));
        three.create("four of three", c);
    }

    function test_Attack35a_CallerChosenWindow() public {
        IPollBox.PollConfig memory c = pollConfig(0);
        // A second that has passed: the creator would know, and choose, who was a member then.
        c.opens = uint48(block.timestamp - 1);
        refuseCreation(c, abi.encodeWithSelector(IPollBox.PollBeginsInThePast.selector, c.opens, block.timestamp));
        c.opens = uint48(block.timestamp);
        c.closes = c.opens + 1;
        refuseCreation(c, abi.encodeWithSelector(IPollBox.PollWithoutTime.selector, c.opens, c.closes));
        c.closes = 0;
        refuseCreation(c, abi.encodeWithSelector(IPollBox.PollWithoutTime.selector, c.opens, 0));
        c.closes = c.opens + 2;
        c.tallyPeriod = 0;
        refuseCreation(c, abi.encodeWithSelector(IElectionBox.TallyPeriodZero.selector));
        c.tallyPeriod = 1;
        c.term = 9;
        refuseCreation(c, abi.encodeWithSelector(ICommittee.UnknownTerm.selector, 9));
        c.term = uint64(term);
        refuseCreation(c, abi.encodeWithSelector(IElectionBox.UnsupportedTerm.selector, term, 3, 1));
        c.term = uint64(pollTerm);
        vm.prank(POLLSTER);
        uint256 id = eight.create("two seconds", c);
        vm.warp(c.opens + 1);
        eight.open(id);
    }

    function test_Attack35_PollOfOneBallot() public {
        IPollBox.PollConfig memory c = pollConfig(0);
        c.opens = uint48(block.timestamp);
        c.minTurnout = 1;
        refuseCreation(c, abi.encodeWithSelector(IElectionBox.MinTurnoutTooSmall.selector, 1));
    }

    function test_RevertWhen_AStrangerCreatesAPoll() public {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER));
        eight.create("mine", pollConfig(0));
    }

    function test_PollIdsAreOfChainBoxNonceAndContent() public {
        IPollBox.PollConfig memory c = pollConfig(0);
        c.opens = uint48(block.timestamp);
        uint256 nonce = eight.polls();
        bytes32 content = keccak256(abi.encode(keccak256("a question"), c));
        uint256 expected =
            uint256(keccak256(abi.encode(keccak256("tabella.poll.v1"), block.chainid, eight, nonce, content)));
        vm.expectEmit(true, true, true, true, address(eight));
        emit IPollBox.PollCreated(expected, POLLSTER, nonce, "a question", c);
        vm.startPrank(POLLSTER);
        assertEq(eight.create("a question", c), expected);
        assertNotEq(eight.create("a question", c), expected);
        vm.stopPrank();
        assertEq(keccak256(abi.encode(eight.poll(expected))), keccak256(abi.encode(c)));
        vm.expectRevert(abi.encodeWithSelector(IPollBox.UnknownPoll.selector, 1));
        eight.poll(1);
        vm.expectRevert(abi.encodeWithSelector(IPollBox.UnknownPoll.selector, 1));
        eight.open(1);
    }

    function test_Attack15_VerifiersOfAnotherSize() public {
        IBallotVerifier ballots = eight.ballotVerifier();
        ITallyVerifier tallies = eight.tallyVerifier();
        vm.expectPartialRevert(IElectionBox.WrongCircuit.selector);
        new PollBox(address(manager), electorate, committee, ballots, tallies, 3);
        vm.expectPartialRevert(IElectionBox.WrongCircuit.selector);
        new PollBox(address(manager), electorate, committee, ballots, tallyVerifier, 8);
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.UnsupportedOptions.selector, 5));
        new PollBox(address(manager), electorate, committee, ballots, tallies, 5);
    }

    // ---- windows

    function test_Attack28_APollsWindows() public {
        IPollBox.PollConfig memory c = pollConfig(0);
        c.opens = uint48(block.timestamp + 50);
        vm.prank(POLLSTER);
        uint256 id = eight.create("later", c);
        IElectionBox.Ballot[] memory all = pollBallots(0);
        assertEq(uint256(eight.status(id)), uint256(IElectionBox.Status.Unopened));
        uint256[2] memory early = [block.timestamp, c.opens];
        for (uint256 i = 0; i < 2; ++i) {
            vm.warp(early[i]);
            vm.expectRevert(abi.encodeWithSelector(IPollBox.PollNotBegun.selector, c.opens, early[i]));
            eight.open(id);
            vm.expectRevert(abi.encodeWithSelector(IElectionBox.ElectionNotOpened.selector, id));
            eight.cast(id, all[0]);
        }
        vm.warp(c.opens + 1);
        vm.prank(STRANGER);
        eight.open(id);
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.AlreadyOpened.selector, id));
        eight.open(id);
        vm.prank(POLLSTER);
        c.opens = uint48(block.timestamp);
        uint256 never = eight.create("never opened", c);
        vm.warp(c.closes);
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.NoTimeToVote.selector, c.closes, c.closes));
        eight.open(never);
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.VotingClosed.selector, c.closes, c.closes));
        eight.cast(id, all[0]);
    }

    function test_Attack28_APollsTallyOutsideItsWindow() public {
        uint256 id = pollIds[0];
        eight.castBatch(id, pollBallots(0));
        vm.warp(POLL_CLOSES - 1);
        refuseTally(0, abi.encodeWithSelector(IElectionBox.VotingNotClosed.selector, POLL_CLOSES, block.timestamp));
        vm.warp(POLL_CLOSES + POLL_TALLY_PERIOD + 1);
        uint256 last = POLL_CLOSES + POLL_TALLY_PERIOD;
        refuseTally(0, abi.encodeWithSelector(IElectionBox.TallyingClosed.selector, last, block.timestamp));
        vm.warp(last);
        tallyPoll(0);
        refuseTally(0, abi.encodeWithSelector(IElectionBox.AlreadyTallied.selector, id));
    }

    function test_Attack27_TheElectorateOfTheSnapshot() public {
        IPollBox.PollConfig memory c = pollConfig(0);
        c.opens = uint48(block.timestamp + 50);
        vm.prank(POLLSTER);
        uint256 id = eight.create("later", c);
        uint256 root = electorate.root();
        vm.warp(c.opens + 1);
        vm.prank(REGISTRAR);
        electorate.addWeighted(123456789, 7);
        vm.warp(c.opens + 10);
        eight.open(id);
        assertEq(eight.election(id).root, root);
        assertNotEq(electorate.root(), root);
    }

    // ---- ballots of other places

    /// @dev The same members and keys: poll 1's ballots in poll 0, the other box's, and another rule's.
    function test_Attack26_BallotsOfOtherPolls() public {
        for (uint256 i = 0; i < POLLS; ++i) {
            for (uint256 j = 0; j < POLLS; ++j) {
                if (i == j || boxOf(i) != boxOf(j)) continue;
                IElectionBox.Ballot memory b = pollBallots(j)[0];
                PollBox target = boxOf(i);
                vm.expectRevert(BallotK8D20Verifier.ProofInvalid.selector);
                target.cast{gas: 1_000_000}(pollIds[i], b);
            }
        }
        // A Governor's ballot has the words of a ballot of 3 options.
        IElectionBox.Ballot memory other = ballot(0);
        vm.expectRevert(BallotK8D20Verifier.ProofInvalid.selector);
        three.cast{gas: 1_000_000}(pollIds[2], other);
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.WrongNumberOfWords.selector, 19, 9));
        eight.cast(pollIds[0], other);
    }

    /// @dev A box of the same verifiers that nobody named: its election has other scopes, so no ballot fits it, and a tally
    /// there opens nothing, since a trustee's context names the box.
    function test_Attack35a_LookAlikeBoxOfPolls() public {
        PollBox fake =
            new PollBox(address(manager), electorate, committee, eight.ballotVerifier(), eight.tallyVerifier(), 8);
        bytes4[] memory creating = new bytes4[](1);
        creating[0] = IPollBox.create.selector;
        vm.prank(address(timelock));
        manager.setTargetFunctionRole(address(fake), creating, 3);
        IPollBox.PollConfig memory c = pollConfig(0);
        c.opens = uint48(block.timestamp);
        vm.prank(POLLSTER);
        uint256 id = fake.create("Poll 0", c);
        vm.warp(block.timestamp + 1);
        fake.open(id);
        assertNotEq(id, pollIds[0]);
        assertNotEq(fake.election(id).scope, eight.election(pollIds[0]).scope);
        assertNotEq(fake.tallyContext(id), eight.tallyContext(pollIds[0]));
        IElectionBox.Ballot memory b = pollBallots(0)[0];
        vm.expectRevert(BallotK8D20Verifier.ProofInvalid.selector);
        fake.cast{gas: 1_000_000}(id, b);
    }

    // ---- totals

    /// @dev Sums up to weight times limit for splits and squares; each total up to the weight for approval.
    function test_Attack35a_TotalsAboveTheWeight() public {
        uint256 weight = electorate.totalWeight();
        for (uint256 i = 0; i < POLLS; ++i) {
            boxOf(i).castBatch(pollIds[i], pollBallots(i));
        }
        vm.warp(POLL_CLOSES);
        for (uint256 i = 0; i < POLLS; ++i) {
            uint256 most = weight * [uint256(1), 1, 10, 100, 10, 100][i];
            uint256[] memory list = new uint256[](boxOf(i).OPTIONS());
            list[1] = most + 1;
            refuseTotals(i, list, abi.encodeWithSelector(IElectionBox.TotalsExceedWeight.selector, most + 1, most));
            (list[1], list[0]) = (most, 1);
            // For approval both may have all of the weight, and then the proof decides.
            bytes memory invalid = abi.encodeWithSelector(BallotK8D20Verifier.ProofInvalid.selector);
            bytes memory exceeds = abi.encodeWithSelector(IElectionBox.TotalsExceedWeight.selector, most + 1, most);
            refuseTotals(i, list, i == 1 ? invalid : exceeds);
            tallyPoll(i);
        }
    }

    /// @dev One huge admission and a limit: 2^40 votes cannot be found again, so such a poll does not open.
    function test_Attack35a_OneHugeAdmissionMakesATallyUnfindable() public {
        IPollBox.PollConfig memory c = pollConfig(4);
        c.rule = uint64((1 << 3) | (7 << 16) | (65535 << 32));
        vm.prank(REGISTRAR);
        electorate.addWeighted(123456789, uint32(2 ** 24 - 100 + 257));
        c.opens = uint48(block.timestamp);
        vm.startPrank(POLLSTER);
        uint256 id = eight.create("too many", c);
        c.rule = uint64((1 << 3) | (7 << 16) | (65534 << 32));
        uint256 fits = eight.create("just enough", c);
        vm.stopPrank();
        vm.warp(block.timestamp + 1);
        uint256 most = electorate.totalWeight() * 65535;
        assertGe(most, 2 ** 40);
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.TotalsUnfindable.selector, most));
        eight.open(id);
        if (electorate.totalWeight() * 65534 < 2 ** 40) eight.open(fits);
    }

    function test_Attack09_VotesForAnOptionNotInUse() public {
        // Poll 1 has 5 options in use: the proven totals of the others are 0.
        uint256[] memory totals = pollTotals(1);
        for (uint256 k = 5; k < 8; ++k) {
            assertEq(totals[k], 0);
        }
        eight.castBatch(pollIds[1], pollBallots(1));
        vm.warp(POLL_CLOSES);
        (totals[1], totals[6]) = (totals[1] - 1, 1);
        refuseTotals(1, totals, abi.encodeWithSelector(BallotK8D20Verifier.ProofInvalid.selector));
        tallyPoll(1);
    }

    // ---- shared steps

    function refuseCreation(IPollBox.PollConfig memory c, bytes memory reason) private {
        if (c.opens < block.timestamp && bytes4(reason) != IPollBox.PollBeginsInThePast.selector) {
            c.opens = uint48(block.timestamp);
        }
        vm.prank(POLLSTER);
        vm.expectRevert(reason);
        eight.create("refused", c);
    }

    function refuseTally(uint256 i, bytes memory reason) private {
        refuseTotals(i, pollTotals(i), reason);
    }

    function refuseTotals(uint256 i, uint256[] memory list, bytes memory reason) private {
        (uint256 h, uint256[8] memory proof) = pollProof(i);
        PollBox target = boxOf(i);
        vm.expectRevert(reason);
        target.tally{gas: 1_000_000}(pollIds[i], 1, list, h, proof);
    }
}
