// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {AcceptingBallotVerifier, AcceptingTallyVerifier} from "../support/AcceptingVerifiers.sol";
import {DaoFixture} from "../support/DaoFixture.sol";
import {Electorate} from "../../contracts/voting/Electorate.sol";
import {IBallotVerifier, ITallyVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";

contract TabellaGovernorTest is DaoFixture {
    address private constant STRANGER = address(0x57);

    function deployVerifiers() internal override returns (IBallotVerifier, ITallyVerifier) {
        return (new AcceptingBallotVerifier(), new AcceptingTallyVerifier());
    }

    function setUp() public {
        deployDao(DEPLOYER);
    }

    function test_SettingsAreTheConstructors() public view {
        assertEq(governor.name(), "Tabella");
        assertEq(governor.votingDelay(), VOTING_DELAY);
        assertEq(governor.votingPeriod(), VOTING_PERIOD);
        assertEq(governor.proposalThreshold(), 0);
        assertEq(governor.timelock(), address(timelock));
        assertEq(address(governor.token()), address(electorate));
        assertEq(governor.CLOCK_MODE(), "mode=timestamp");
        assertEq(governor.COUNTING_MODE(), "support=bravo,fractional&quorum=for,abstain&params=fractional");
    }

    function test_QuorumIsAShareOfTheElectoratesVotes() public {
        vm.warp(START + 1);
        assertEq(governor.quorum(START), electorate.totalWeight() * UNIT * QUORUM_PERCENT / 100);
        assertGt(governor.quorum(START), 0);
    }

    function test_OnlyTheProposerProposes() public {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = payment();
        address[3] memory others = [STRANGER, DEPLOYER, address(box)];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, others[i]));
            vm.prank(others[i]);
            governor.propose(targets, values, calls, "mine");
        }
        uint256 proposalId = propose("mine");
        assertEq(uint256(governor.state(proposalId)), uint256(IGovernor.ProposalState.Pending));
        assertEq(governor.proposalProposer(proposalId), PROPOSER);
    }

    function test_NobodyButTheBoxHasVotes() public {
        uint256 proposalId = propose("mine");
        warpToActive(proposalId);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorAlreadyCastVote.selector, STRANGER));
        governor.castVote(proposalId, 1);
        uint256 snapshot = governor.proposalSnapshot(proposalId);
        assertEq(governor.getVotes(STRANGER, snapshot), 0);
        assertEq(governor.getVotes(address(box), snapshot), electorate.totalWeight() * UNIT);
    }

    function test_AfterSetUpOnlyTheTimelockIsAdmin() public {
        (bool deployer,) = manager.hasRole(manager.ADMIN_ROLE(), DEPLOYER);
        (bool lock,) = manager.hasRole(manager.ADMIN_ROLE(), address(timelock));
        assertFalse(deployer);
        assertTrue(lock);
        assertFalse(timelock.hasRole(timelock.DEFAULT_ADMIN_ROLE(), DEPLOYER));
        assertTrue(timelock.hasRole(timelock.PROPOSER_ROLE(), address(governor)));

        bytes memory reason = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, DEPLOYER);
        vm.startPrank(DEPLOYER);
        vm.expectRevert(reason);
        box.configure(config());
        vm.expectRevert(reason);
        committee.openTerm(new address[](1), 1, new uint256[2][](3), new uint256[2][](3));
        vm.expectRevert(reason);
        electorate.addWeighted(1, 1);
    }

    function test_TheTimelockMayConfigureTheBox() public {
        vm.prank(address(timelock));
        box.configure(config());
    }
}
