// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {AcceptingBallotVerifier, AcceptingTallyVerifier} from "./AcceptingVerifiers.sol";
import {ElectionFixture} from "./ElectionFixture.sol";
import {BallotBox} from "../../contracts/voting/BallotBox.sol";
import {IBallotBox} from "../../contracts/voting/interfaces/IBallotBox.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";
import {IBallotVerifier, ITallyVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";

/// @notice An open election whose verifiers take every proof, for tests of the box's own checks. The tests under attacks/ have
/// real proofs.
abstract contract BoxFixture is ElectionFixture {
    address internal constant STRANGER = address(0x57);

    function deployVerifiers() internal override returns (IBallotVerifier, ITallyVerifier) {
        return (new AcceptingBallotVerifier(), new AcceptingTallyVerifier());
    }

    function setUp() public {
        deployElection(DEPLOYER);
    }

    function newBox(IBallotVerifier ballots, ITallyVerifier tallies) internal returns (BallotBox) {
        return new BallotBox(address(manager), governor, electorate, committee, ballots, tallies, config());
    }

    function refuseConfig(IBallotBox.Config memory next, bytes memory reason) internal {
        vm.prank(address(timelock));
        vm.expectRevert(reason);
        box.configure(next);
        vm.expectRevert(reason);
        new BallotBox(address(manager), governor, electorate, committee, ballotVerifier, tallyVerifier, next);
    }

    function refuseOpen(uint256 id, bytes memory reason) internal {
        vm.expectRevert(reason);
        box.open(id);
    }

    function expectTallyRefused(uint256[] memory list, bytes memory reason) internal {
        vm.expectRevert(reason);
        box.tally(proposalId, 1, list, 0, emptyProof());
    }

    function cancel(string memory description) internal {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = payment();
        vm.prank(PROPOSER);
        governor.cancel(targets, values, calls, keccak256(bytes(description)));
    }

    function castBallots(uint256 n) internal {
        for (uint256 i = 1; i <= n; ++i) {
            box.cast(proposalId, ballot(i));
        }
    }

    /// @dev Four neutral points, which are on the curve, and a nullifier.
    function ballot(uint256 nullifier) internal pure returns (IElectionBox.Ballot memory b) {
        b.words = new uint256[](9);
        b.words[0] = nullifier;
        for (uint256 i = 2; i < 9; i += 2) {
            b.words[i] = 1;
        }
    }

    function votes(uint256 a, uint256 b, uint256 c) internal pure returns (uint256[] memory list) {
        list = new uint256[](3);
        (list[0], list[1], list[2]) = (a, b, c);
    }

    function emptyProof() internal pure returns (uint256[8] memory proof) {}

    function flatKeys() internal view returns (uint256[] memory list) {
        uint256[2][] memory keys = points(".keys");
        list = new uint256[](6);
        for (uint256 i = 0; i < 3; ++i) {
            (list[2 * i], list[2 * i + 1]) = (keys[i][0], keys[i][1]);
        }
    }

    /// @dev The rule word of a kind (1 single, 2 approval, 3 split, 4 quadratic), its first options and its limit.
    function ruleOf(uint256 kind, uint256 options, uint256 limit) internal pure returns (uint64) {
        return uint64((1 << kind) | (((1 << options) - 1) << 16) | (limit << 32));
    }

    function notActive(uint256 id, IGovernor.ProposalState state) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IBallotBox.ProposalNotActive.selector, id, state);
    }

    function assertStatus(IElectionBox.Status expected) internal view {
        assertEq(uint256(box.status(proposalId)), uint256(expected));
    }
}
