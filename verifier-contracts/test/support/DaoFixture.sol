// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Test} from "forge-std/Test.sol";
import {Roles} from "../../contracts/governance/Roles.sol";
import {TabellaGovernor} from "../../contracts/governance/TabellaGovernor.sol";
import {BallotBox} from "../../contracts/voting/BallotBox.sol";
import {Committee} from "../../contracts/voting/Committee.sol";
import {Electorate} from "../../contracts/voting/Electorate.sol";
import {IBallotBox} from "../../contracts/voting/interfaces/IBallotBox.sol";
import {IBallotVerifier, ITallyVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";

/// @notice A whole DAO with the members and trustee keys of fixtures/members.json, at addresses and times that never change:
/// proofs made for it stay valid. The order of deployments is part of that.
abstract contract DaoFixture is Test {
    struct Member {
        uint256 commitment;
        uint32 weight;
    }

    uint256 internal constant CHAIN_ID = 31337;
    uint256 internal constant START = 1_800_000_000;
    uint48 internal constant VOTING_DELAY = 1 hours;
    uint32 internal constant VOTING_PERIOD = 4 hours;
    uint32 internal constant TALLY_PERIOD = 1 hours;
    uint256 internal constant TIMELOCK_DELAY = 1 hours;
    uint32 internal constant MIN_TURNOUT = 3;
    uint256 internal constant QUORUM_PERCENT = 20;
    uint256 internal constant UNIT = 1e18;
    uint256 internal constant TREASURY = 10 ether;
    uint256 internal constant PAYMENT = 1 ether;
    uint64 internal constant RULE = (1 << 1) | (7 << 16) | (1 << 32);
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    address internal constant DEPLOYER = address(0xDA0);
    address internal constant REGISTRAR = address(0x2E6);
    address internal constant PROPOSER = address(0x920);
    address internal constant TRUSTEE = address(0x725);
    address internal constant RELAYER = address(0x2E1A);
    address internal constant PAYEE = address(0x9A4E);

    AccessManager internal manager;
    Electorate internal electorate;
    TimelockController internal timelock;
    TabellaGovernor internal governor;
    Committee internal committee;
    IBallotVerifier internal ballotVerifier;
    ITallyVerifier internal tallyVerifier;
    BallotBox internal box;
    uint256 internal term;

    /// @dev The verifiers, deployed by the caller's prank: two contracts, in this order.
    function deployVerifiers() internal virtual returns (IBallotVerifier, ITallyVerifier);

    /// @dev Deploys everything from one account, at its nonces 0 to 7, and admits the members.
    function deployDao(address deployer) internal {
        vm.chainId(CHAIN_ID);
        vm.warp(START);
        vm.startPrank(deployer);
        place(deployer, 0);
        manager = new AccessManager(deployer);
        place(deployer, 1);
        electorate = new Electorate(address(manager), true, UNIT);
        address[] memory nobody = new address[](0);
        address[] memory anybody = new address[](1);
        place(deployer, 2);
        timelock = new TimelockController(TIMELOCK_DELAY, nobody, anybody, deployer);
        place(deployer, 3);
        governor = new TabellaGovernor(
            "Tabella", electorate, timelock, address(manager), VOTING_DELAY, VOTING_PERIOD, QUORUM_PERCENT
        );
        place(deployer, 4);
        committee = new Committee(address(manager));
        place(deployer, 5);
        (ballotVerifier, tallyVerifier) = deployVerifiers();
        term = openTerm();
        place(deployer, 7);
        box = new BallotBox(address(manager), governor, electorate, committee, ballotVerifier, tallyVerifier, config());
        electorate.setBox(address(box));
        handOver(deployer);
        vm.stopPrank();
        vm.deal(address(timelock), TREASURY);
        admitMembers();
    }

    /// @dev The next contract's address comes from this nonce, however many calls the deployer has made: where each call is
    /// a transaction of its own, those count as well.
    function place(address deployer, uint64 nonce) private {
        vm.setNonceUnsafe(deployer, nonce);
    }

    /// @dev What elections are opened with.
    function config() internal view returns (IBallotBox.Config memory) {
        return IBallotBox.Config({rule: RULE, term: uint64(term), tallyPeriod: TALLY_PERIOD, minTurnout: MIN_TURNOUT});
    }

    /// @dev Roles to their holders, everything else to the timelock.
    function handOver(address deployer) private {
        bytes4[] memory admit = new bytes4[](5);
        (admit[0], admit[1]) = (Electorate.add.selector, Electorate.addWeighted.selector);
        (admit[2], admit[3]) = (Electorate.addMany.selector, Electorate.addManyWeighted.selector);
        admit[4] = Electorate.remove.selector;
        bytes4[] memory proposing = new bytes4[](1);
        proposing[0] = TabellaGovernor.propose.selector;
        manager.setTargetFunctionRole(address(electorate), admit, Roles.REGISTRAR);
        manager.setTargetFunctionRole(address(governor), proposing, Roles.PROPOSER);
        manager.grantRole(Roles.REGISTRAR, REGISTRAR, 0);
        manager.grantRole(Roles.PROPOSER, PROPOSER, 0);
        manager.grantRole(manager.ADMIN_ROLE(), address(timelock), 0);
        manager.renounceRole(manager.ADMIN_ROLE(), deployer);
        timelock.grantRole(timelock.PROPOSER_ROLE(), address(governor));
        timelock.grantRole(timelock.CANCELLER_ROLE(), address(governor));
        timelock.renounceRole(timelock.DEFAULT_ADMIN_ROLE(), deployer);
    }

    function openTerm() private returns (uint256) {
        address[] memory trustees = new address[](1);
        trustees[0] = TRUSTEE;
        return committee.openTerm(trustees, 1, points(".keys"), points(".eighths"));
    }

    function admitMembers() private {
        Member[] memory list = members();
        vm.startPrank(REGISTRAR);
        for (uint256 i = 0; i < list.length; ++i) {
            electorate.addWeighted(list[i].commitment, list[i].weight);
        }
        vm.stopPrank();
    }

    /// @dev The proposal: treasury money for PAYEE. The description tells proposals apart.
    function propose(string memory description) internal returns (uint256) {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = payment();
        vm.prank(PROPOSER);
        return governor.propose(targets, values, calls, description);
    }

    function payment() internal pure returns (address[] memory targets, uint256[] memory values, bytes[] memory calls) {
        targets = new address[](1);
        values = new uint256[](1);
        calls = new bytes[](1);
        (targets[0], values[0]) = (PAYEE, PAYMENT);
    }

    /// @dev The first second in which a proposal made now is up for votes.
    function warpToActive(uint256 proposalId) internal {
        vm.warp(governor.proposalSnapshot(proposalId) + 1);
    }

    function warpToClose(uint256 proposalId) internal {
        vm.warp(governor.proposalDeadline(proposalId) - TALLY_PERIOD);
    }

    function members() internal view returns (Member[] memory list) {
        string memory json = membersJson();
        uint256 n = 0;
        while (vm.keyExistsJson(json, _member(n, ""))) ++n;
        list = new Member[](n);
        for (uint256 i = 0; i < n; ++i) {
            list[i].commitment = vm.parseJsonUint(json, _member(i, ".commitment"));
            list[i].weight = uint32(vm.parseJsonUint(json, _member(i, ".weight")));
        }
    }

    function _member(uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(".members[", vm.toString(index), "]", field);
    }

    function points(string memory path) internal view returns (uint256[2][] memory list) {
        return points(path, 3);
    }

    function points(string memory path, uint256 n) internal view returns (uint256[2][] memory list) {
        string memory json = membersJson();
        list = new uint256[2][](n);
        for (uint256 i = 0; i < list.length; ++i) {
            uint256[] memory xy = vm.parseJsonUintArray(json, string.concat(path, "[", vm.toString(i), "]"));
            list[i] = [xy[0], xy[1]];
        }
    }

    function membersJson() private view returns (string memory) {
        return vm.readFile("test/fixtures/members.json");
    }
}
