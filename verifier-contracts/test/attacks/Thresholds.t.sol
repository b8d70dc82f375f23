// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {BoxFixture} from "../support/BoxFixture.sol";
import {IBallotBox} from "../../contracts/voting/interfaces/IBallotBox.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";
import {IElectorate} from "../../contracts/voting/interfaces/IElectorate.sol";

/// @notice Every threshold of the box where it is met exactly, and one off.
contract ThresholdsTest is BoxFixture {
    function test_Attack11_TheTurnoutIsMetOrMissedByOne() public {
        castBallots(MIN_TURNOUT - 1);
        warpToClose(proposalId);
        bytes memory reason = abi.encodeWithSelector(IElectionBox.TurnoutTooLow.selector, MIN_TURNOUT - 1, MIN_TURNOUT);
        expectTallyRefused(votes(0, 0, 0), reason);
        vm.warp(block.timestamp - 1);
        box.cast(proposalId, ballot(MIN_TURNOUT));
        warpToClose(proposalId);
        box.tally(proposalId, 1, votes(0, 0, 0), 0, emptyProof());
        assertStatus(IElectionBox.Status.Tallied);
    }

    function test_Attack11_TotalsUpToTheWholeWeight() public {
        castBallots(MIN_TURNOUT);
        warpToClose(proposalId);
        uint256 weight = electorate.totalWeight();
        bytes memory reason = abi.encodeWithSelector(IElectionBox.TotalsExceedWeight.selector, weight + 1, weight);
        expectTallyRefused(votes(weight + 1, 0, 0), reason);
        expectTallyRefused(votes(1, weight, 0), reason);
        expectTallyRefused(votes(0, 1, weight), reason);
        box.tally(proposalId, 1, votes(1, weight - 2, 1), 0, emptyProof());
        box.castResult(proposalId);
    }

    function test_Attack11_TheBoxHoldsEnoughVotesOrOneTooFew() public {
        uint256 id = propose("votes");
        warpToActive(id);
        uint256 required = electorate.totalWeight() * UNIT;
        bytes memory asked = abi.encodeCall(IGovernor.getVotes, (address(box), governor.proposalSnapshot(id)));
        vm.mockCall(address(governor), asked, abi.encode(required - 1));
        refuseOpen(id, abi.encodeWithSelector(IBallotBox.BoxLacksVotes.selector, required, required - 1));
        vm.mockCall(address(governor), asked, abi.encode(required));
        box.open(id);
    }

    /// @dev A tally of more could not be found.
    function test_Attack11_WeightsBelowTheFindableAndAtIt() public {
        uint256 id = propose("weights");
        warpToActive(id);
        uint256 snapshot = governor.proposalSnapshot(id);
        vm.mockCall(
            address(governor), abi.encodeCall(IGovernor.getVotes, (address(box), snapshot)), abi.encode(2 ** 200)
        );
        mockCheckpoint(snapshot, 1, 2 ** 40);
        refuseOpen(id, abi.encodeWithSelector(IElectionBox.TotalsUnfindable.selector, 2 ** 40));
        mockCheckpoint(snapshot, 0, 1);
        refuseOpen(id, abi.encodeWithSelector(IElectionBox.ElectorateSizeUnsupported.selector, 0));
        mockCheckpoint(snapshot, 2 ** 20 + 1, 1);
        refuseOpen(id, abi.encodeWithSelector(IElectionBox.ElectorateSizeUnsupported.selector, 2 ** 20 + 1));
        mockCheckpoint(snapshot, 2 ** 20, 2 ** 40 - 1);
        box.open(id);
    }

    /// @dev The first and the last second of each window, and the seconds beside them.
    function test_Attack11_28_WindowsToTheSecond() public {
        IElectionBox.ElectionView memory e = box.election(proposalId);
        vm.warp(e.closes - 1);
        castBallots(MIN_TURNOUT);
        bytes memory early = abi.encodeWithSelector(IElectionBox.VotingNotClosed.selector, e.closes, e.closes - 1);
        expectTallyRefused(votes(0, 0, 0), early);
        vm.warp(e.closes);
        vm.expectRevert(abi.encodeWithSelector(IElectionBox.VotingClosed.selector, e.closes, e.closes));
        box.cast(proposalId, ballot(99));
        vm.warp(uint256(e.tallyBy) + 1);
        bytes memory late = abi.encodeWithSelector(IElectionBox.TallyingClosed.selector, e.tallyBy, e.tallyBy + 1);
        expectTallyRefused(votes(0, 0, 0), late);
        vm.warp(e.tallyBy);
        box.tally(proposalId, 1, votes(0, 0, 0), 0, emptyProof());
    }

    function mockCheckpoint(uint256 snapshot, uint256 size, uint256 weight) private {
        vm.mockCall(
            address(electorate), abi.encodeCall(IElectorate.checkpointAt, (snapshot)), abi.encode(7, size, weight)
        );
    }
}
