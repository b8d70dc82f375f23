// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {ElectionFixture} from "./ElectionFixture.sol";
import {Roles} from "../../contracts/governance/Roles.sol";
import {PollBox} from "../../contracts/voting/PollBox.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";
import {IPollBox} from "../../contracts/voting/interfaces/IPollBox.sol";
import {IBallotVerifier, ITallyVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";

/// @notice The DAO with two boxes for polls, of 3 and of 8 options, and a poll for every rule: at addresses and times that
/// never change, so that proofs made for them stay valid.
abstract contract PollFixture is ElectionFixture {
    string internal constant ELECTIONS_FILE = "test/fixtures/elections.json";
    address internal constant POLL_DEPLOYER = address(0xDA8);
    address internal constant POLLSTER = address(0x9011);
    uint48 internal constant POLL_OPENS = uint48(START + 1000);
    uint48 internal constant POLL_CLOSES = POLL_OPENS + 2000;
    uint32 internal constant POLL_TALLY_PERIOD = 1000;
    uint32 internal constant POLL_TURNOUT = 3;
    uint256 internal constant POLLS = 6;

    PollBox internal eight;
    PollBox internal three;
    uint256 internal pollTerm;
    uint256[] internal pollIds;

    /// @dev The verifiers of 8 options, at the deployer's nonces 0 and 1.
    function deployPollVerifiers() internal virtual returns (IBallotVerifier, ITallyVerifier);

    /// @dev After `deployDao`.
    function deployPolls() internal {
        vm.startPrank(POLL_DEPLOYER);
        vm.setNonceUnsafe(POLL_DEPLOYER, 0);
        (IBallotVerifier ballots, ITallyVerifier tallies) = deployPollVerifiers();
        vm.setNonceUnsafe(POLL_DEPLOYER, 2);
        eight = new PollBox(address(manager), electorate, committee, ballots, tallies, 8);
        vm.setNonceUnsafe(POLL_DEPLOYER, 3);
        three = new PollBox(address(manager), electorate, committee, ballotVerifier, tallyVerifier, 3);
        vm.stopPrank();
        address[] memory trustees = new address[](1);
        trustees[0] = TRUSTEE;
        bytes4[] memory creating = new bytes4[](1);
        creating[0] = IPollBox.create.selector;
        vm.startPrank(address(timelock));
        pollTerm = committee.openTerm(trustees, 1, points(".poll_keys", 8), points(".poll_eighths", 8));
        manager.setTargetFunctionRole(address(eight), creating, Roles.POLLSTER);
        manager.setTargetFunctionRole(address(three), creating, Roles.POLLSTER);
        manager.grantRole(Roles.POLLSTER, POLLSTER, 0);
        vm.stopPrank();
        vm.warp(START + 60);
        for (uint256 i = 0; i < POLLS; ++i) {
            vm.prank(POLLSTER);
            pollIds.push(boxOf(i).create(string.concat("Poll ", vm.toString(i)), pollConfig(i)));
        }
    }

    function openPolls() internal {
        vm.warp(POLL_OPENS + 1);
        for (uint256 i = 0; i < POLLS; ++i) {
            boxOf(i).open(pollIds[i]);
        }
    }

    /// @dev Single of 8, approval of 5, split and quadratic of 3, split and quadratic of 8.
    function pollRule(uint256 i) internal pure returns (uint64) {
        uint256[3][6] memory rules = [
            [uint256(1), 8, 1],
            [uint256(2), 5, 3],
            [uint256(3), 3, 10],
            [uint256(4), 3, 100],
            [uint256(3), 8, 10],
            [uint256(4), 8, 100]
        ];
        return uint64((1 << rules[i][0]) | (((1 << rules[i][1]) - 1) << 16) | (rules[i][2] << 32));
    }

    function boxOf(uint256 i) internal view returns (PollBox) {
        return i == 2 || i == 3 ? three : eight;
    }

    function pollConfig(uint256 i) internal view returns (IPollBox.PollConfig memory) {
        return IPollBox.PollConfig({
            rule: pollRule(i),
            term: uint64(boxOf(i) == three ? term : pollTerm),
            opens: POLL_OPENS,
            closes: POLL_CLOSES,
            tallyPeriod: POLL_TALLY_PERIOD,
            minTurnout: POLL_TURNOUT
        });
    }

    /// @dev What a prover needs to know of the polls.
    function pollsJson() internal view returns (string memory json) {
        json = "[";
        for (uint256 i = 0; i < POLLS; ++i) {
            PollBox box_ = boxOf(i);
            json = string.concat(json, i == 0 ? "" : ", ", venueJson(box_, address(box_), pollIds[i]));
        }
        return string.concat(json, "]");
    }

    /// @dev Who an election is held for is its principal: the Governor, or the box of a poll.
    function venueJson(IElectionBox box_, address principal, uint256 id) internal view returns (string memory) {
        IElectionBox.ElectionView memory e = box_.election(id);
        string memory first = string.concat(
            '{\n  "chain_id": ',
            vm.toString(block.chainid),
            ',\n  "options": ',
            vm.toString(e.keys.length / 2),
            _text("box", vm.toString(address(box_))),
            _text("governor", vm.toString(principal)),
            _text("committee", vm.toString(address(committee)))
        );
        return string.concat(
            first,
            _text("proposal_id", vm.toString(id)),
            _text("scope", vm.toString(e.scope)),
            _text("rule", vm.toString(e.rule)),
            _text("term", vm.toString(e.term)),
            _text("relayer", vm.toString(RELAYER)),
            "\n}"
        );
    }

    // ---- the election of 100 members

    /// @dev Admits those who are not in the first election and opens one for all, after `deployElection`.
    function openManyElection() internal returns (uint256 id) {
        vm.revertToState(beforeElection);
        string memory json = vm.readFile("test/fixtures/many-members.json");
        vm.startPrank(REGISTRAR);
        for (uint256 i = 0; vm.keyExistsJson(json, _many(i, "")); ++i) {
            electorate.addWeighted(
                vm.parseJsonUint(json, _many(i, ".commitment")), uint32(vm.parseJsonUint(json, _many(i, ".weight")))
            );
        }
        vm.stopPrank();
        vm.warp(START + 60);
        id = propose("An election of 100 members");
        warpToActive(id);
        box.open(id);
    }

    function _many(uint256 i, string memory field) private pure returns (string memory) {
        return string.concat(".members[", vm.toString(i), "]", field);
    }
}
