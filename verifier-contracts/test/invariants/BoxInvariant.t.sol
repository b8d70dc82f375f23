// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {TabellaGovernor} from "../../contracts/governance/TabellaGovernor.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";
import {BoxHandler} from "./BoxHandler.sol";

/// @notice What no sequence of calls may break. The verifiers take every proof, so whatever is refused is refused by the boxes.
contract BoxInvariantTest is Test {
    BoxHandler private handler;

    function setUp() public {
        handler = new BoxHandler();
        handler.begin();
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](14);
        selectors[0] = BoxHandler.wait.selector;
        selectors[1] = BoxHandler.proposeNext.selector;
        selectors[2] = BoxHandler.createPoll.selector;
        selectors[3] = BoxHandler.admit.selector;
        selectors[4] = BoxHandler.cancelProposal.selector;
        selectors[5] = BoxHandler.open.selector;
        selectors[6] = BoxHandler.castOne.selector;
        selectors[7] = BoxHandler.castMany.selector;
        selectors[8] = BoxHandler.share.selector;
        selectors[9] = BoxHandler.tally.selector;
        selectors[10] = BoxHandler.castResult.selector;
        // Twice as often: most that can go wrong goes wrong here.
        selectors[11] = BoxHandler.castOne.selector;
        selectors[12] = BoxHandler.castMany.selector;
        selectors[13] = BoxHandler.wait.selector;
        targetSelector(FuzzSelector(address(handler), selectors));
    }

    /// @dev One function, so that every sequence of calls is made once for all of them.
    function invariant_Attack02_28_35a_Boxes() public view {
        nullifiersOnlyGrow();
        sumsAreThoseOfTheCountedBallots();
        anOpenElectionKeepsItsConstants();
        theBoxNeverCastsMoreThanItHolds();
    }

    /// @dev No double vote: exactly the nullifiers that were counted are spent, each once, and none is ever unspent.
    function nullifiersOnlyGrow() private view {
        for (uint256 i = 0; i < handler.elections(); ++i) {
            BoxHandler.Model memory m = handler.model(i);
            uint256 counted = 0;
            for (uint256 n = 1; n <= handler.NULLIFIERS(); ++n) {
                bool spent = handler.spent(i, n);
                assertEq(m.box.isSpent(m.id, n), spent);
                if (spent) ++counted;
            }
            assertEq(m.ballots, counted);
            if (m.opened) assertEq(m.box.election(m.id).ballots, counted);
        }
    }

    /// @dev Single or in batches, the sums are those of the counted ballots and of nothing else.
    function sumsAreThoseOfTheCountedBallots() private view {
        for (uint256 i = 0; i < handler.elections(); ++i) {
            BoxHandler.Model memory m = handler.model(i);
            if (m.opened) assertEq(m.box.accumulators(m.id), m.sums);
        }
    }

    /// @dev Open is write-once, and what it wrote stays.
    function anOpenElectionKeepsItsConstants() private view {
        for (uint256 i = 0; i < handler.elections(); ++i) {
            BoxHandler.Model memory m = handler.model(i);
            bool opened = m.box.status(m.id) != IElectionBox.Status.Unopened;
            assertEq(opened, m.opened);
            if (opened) assertEq(handler.fingerprint(m.box, m.id), m.frozen);
        }
    }

    /// @dev Totals are recorded once; the Governor hears them once, and never more than the box holds.
    function theBoxNeverCastsMoreThanItHolds() private view {
        TabellaGovernor governor = handler.theGovernor();
        for (uint256 i = 0; i < handler.elections(); ++i) {
            BoxHandler.Model memory m = handler.model(i);
            if (m.tallied) assertEq(m.box.totals(m.id), m.totals);
            if (m.poll) continue;
            (uint256 against, uint256 for_, uint256 abstain) = governor.proposalVotes(m.id);
            assertEq(governor.hasVoted(m.id, address(m.box)), m.resultCast);
            if (!m.resultCast) {
                assertEq(against + for_ + abstain, 0);
                continue;
            }
            uint256 unit = handler.theUnit();
            assertEq(against, m.totals[0] * unit);
            assertEq(for_, m.totals[1] * unit);
            assertEq(abstain, m.totals[2] * unit);
            assertLe(against + for_ + abstain, governor.getVotes(address(m.box), governor.proposalSnapshot(m.id)));
        }
    }

    /// @dev The calls must reach what the invariants are about, or they say nothing.
    function test_TheHandlerReachesATally() public {
        for (uint256 n = 0; n < 5; ++n) {
            handler.castOne(0, n, n, false, false);
        }
        handler.castMany(0, 7, 6, false);
        handler.wait(0, 1, 1);
        handler.share(0, true);
        handler.tally(0, 3, 2, 1);
        handler.castResult(0);
        assertEq(handler.done("tally") + handler.done("result") + handler.done("share"), 3);
        assertGt(handler.done("cast"), 5);
        handler.createPoll(5, 100, false);
        handler.wait(1, 0, 2);
        handler.open(1);
        assertEq(handler.done("open"), 2);
        invariant_Attack02_28_35a_Boxes();
    }
}
