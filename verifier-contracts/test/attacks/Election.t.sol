// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {ProofFixture} from "../support/ProofFixture.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";

/// @notice The honest election, from the first ballot to the payment, and that the files belong to it.
contract ElectionTest is ProofFixture {
    function test_TheElectionFileIsThatOfTheDeployment() public view {
        assertEq(vm.readFile(ELECTION_FILE), electionJson(), "run npm run fixtures, then make the proofs again");
    }

    function test_SealedBallotsMoveTreasuryMoney() public {
        for (uint256 i = 0; i < MEMBERS; ++i) {
            IElectionBox.Ballot memory b = ballot(i);
            assertFalse(box.isSpent(proposalId, b.words[0]));
            vm.expectEmit(true, true, true, true, address(box));
            emit IElectionBox.BallotCast(proposalId, b.words[0], digest(b), tail(b.words));
            vm.prank(RELAYER);
            box.cast(proposalId, b);
            assertTrue(box.isSpent(proposalId, b.words[0]));
        }
        assertEq(box.election(proposalId).ballots, MEMBERS);
        assertEq(box.accumulators(proposalId), provenSums(), "sums");

        warpToClose(proposalId);
        vm.prank(TRUSTEE);
        box.postShare(proposalId, 0, shareWords());
        tally();
        assertEq(box.totals(proposalId), provenTotals());
        box.castResult(proposalId);
        assertCounted();

        vm.warp(governor.proposalDeadline(proposalId) + 1);
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = payment();
        governor.queue(targets, values, calls, keccak256(bytes(DESCRIPTION)));
        vm.warp(block.timestamp + TIMELOCK_DELAY);
        governor.execute(targets, values, calls, keccak256(bytes(DESCRIPTION)));
        assertEq(uint256(governor.state(proposalId)), uint256(IGovernor.ProposalState.Executed));
        assertEq(PAYEE.balance, PAYMENT);
        assertEq(address(timelock).balance, TREASURY - PAYMENT);
    }

    function test_ABoundBallotFromItsSender() public {
        vm.prank(RELAYER);
        box.cast(proposalId, ballot("bound"));
        assertEq(box.election(proposalId).ballots, 1);
    }

    /// @dev The order of the ballots changes nothing.
    function test_SumsDoNotDependOnTheOrder() public {
        for (uint256 i = MEMBERS; i > 0; --i) {
            box.cast(proposalId, ballot(i - 1));
        }
        assertEq(box.accumulators(proposalId), provenSums());
    }

    function assertCounted() private view {
        uint256[] memory totals = provenTotals();
        (uint256 against, uint256 for_, uint256 abstain) = governor.proposalVotes(proposalId);
        assertEq(against, totals[0] * UNIT);
        assertEq(for_, totals[1] * UNIT);
        assertEq(abstain, totals[2] * UNIT);
        assertEq(totals[0] + totals[1] + totals[2], electorate.totalWeight(), "everybody voted");
    }
}
