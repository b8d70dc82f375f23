// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {BabyJubjub} from "../../contracts/voting/BabyJubjub.sol";
import {TabellaGovernor} from "../../contracts/governance/TabellaGovernor.sol";
import {PollBox} from "../../contracts/voting/PollBox.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";
import {IPollBox} from "../../contracts/voting/interfaces/IPollBox.sol";
import {BoxFixture} from "../support/BoxFixture.sol";

/// @notice Makes any calls at any times, on several proposals of a real Governor and several polls, and says of each beforehand
/// whether it may succeed. A box that differs fails the test at once.
contract BoxHandler is BoxFixture {
    /// @notice What must be true of an election, kept apart from the boxes.
    struct Model {
        IElectionBox box;
        uint256 id;
        bool poll;
        bool opened;
        bool tallied;
        bool resultCast;
        uint256 opens;
        uint256 closes;
        uint256 tallyBy;
        uint256 ballots;
        bytes32 frozen;
        uint256[] sums;
        uint256[] totals;
    }

    uint256 public constant NULLIFIERS = 12;
    uint256 private constant MOST = 6;
    uint256 private constant BASE_X = 5299619240641551281634865583518297030282874472190772894086521144482721001553;
    uint256 private constant BASE_Y = 16950150798460657717958625567821834550301663161624707787222815936182638968203;

    PollBox public pollBox;
    Model[] private models;
    mapping(uint256 election => mapping(uint256 nullifier => bool)) public spent;
    mapping(bytes32 call => uint256) public done;
    uint256[2][] private multiples;
    uint256 private admitted;

    function begin() external {
        setUp();
        vm.prank(address(timelock));
        pollBox = new PollBox(address(manager), electorate, committee, ballotVerifier, tallyVerifier, 3);
        uint256[2] memory point = [BASE_X, BASE_Y];
        for (uint256 i = 0; i < 8; ++i) {
            multiples.push(point);
            point = BabyJubjub.add(point, [BASE_X, BASE_Y]);
        }
        // The fixture's election, open already.
        _track(box, proposalId, false);
        _opened(0);
    }

    // ---- time and what begins

    /// @dev To an edge of some election's windows, one second before or after it, or a little further.
    function wait(uint256 which, uint256 edge, uint256 step) external {
        Model storage m = _pick(which);
        uint256[4] memory edges = [m.opens, m.closes, m.tallyBy, block.timestamp + 1 + step % 2000];
        uint256 target = edges[edge % 4] + step % 3 - (edges[edge % 4] == 0 ? 0 : 1);
        if (target > block.timestamp) vm.warp(target);
    }

    function proposeNext() external {
        if (models.length >= MOST) return;
        uint256 id = propose(vm.toString(models.length));
        _track(box, id, false);
    }

    function createPoll(uint256 delay, uint256 length, bool byStranger) external {
        if (models.length >= MOST) return;
        uint48 opens = uint48(block.timestamp + delay % 100);
        uint48 closes = uint48(opens + 2 + length % 5000);
        IPollBox.PollConfig memory c = IPollBox.PollConfig(RULE, uint64(term), opens, closes, 600, MIN_TURNOUT);
        vm.prank(byStranger ? STRANGER : address(timelock));
        try pollBox.create("?", c) returns (uint256 id) {
            assertFalse(byStranger, "a stranger made a poll");
            _track(pollBox, id, true);
        } catch {
            assertTrue(byStranger, "a poll was refused");
        }
    }

    function admit(uint32 weight) external {
        if (weight == 0) return;
        vm.prank(REGISTRAR);
        electorate.addWeighted(1e30 + ++admitted, weight % 1000 + 1);
    }

    function cancelProposal(uint256 which) external {
        uint256 i = which % models.length;
        Model storage m = models[i];
        if (m.poll || i == 0) return;
        bool may = governor.state(m.id) == IGovernor.ProposalState.Pending;
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = payment();
        vm.prank(PROPOSER);
        try governor.cancel(targets, values, calls, keccak256(bytes(vm.toString(i)))) {
            assertTrue(may, "cancelled too late");
        } catch {
            assertFalse(may, "not cancelled");
        }
    }

    function open(uint256 which) external {
        uint256 i = which % models.length;
        Model storage m = models[i];
        bool begun = m.poll ? block.timestamp > m.opens : governor.state(m.id) == IGovernor.ProposalState.Active;
        bool may = !m.opened && begun && block.timestamp < m.closes;
        try m.box.open(m.id) {
            assertTrue(may, "opened outside its window");
            _opened(i);
        } catch {
            assertFalse(may, "not opened inside its window");
        }
    }

    // ---- ballots

    function castOne(uint256 which, uint256 nullifier, uint256 point, bool bound, bool bySender) external {
        uint256 i = which % models.length;
        Model storage m = models[i];
        IElectionBox.Ballot memory b = _ballot(nullifier, point);
        if (bound) b.binding = RELAYER;
        bool may = _voting(m) && (!bound || bySender) && !spent[i][b.words[0]];
        vm.prank(bySender ? RELAYER : STRANGER);
        try m.box.cast(m.id, b) {
            assertTrue(may, "cast what must be refused");
            _count(i, b);
        } catch {
            assertFalse(may, "refused what must be counted");
        }
    }

    function castMany(uint256 which, uint256 seed, uint256 n, bool bound) external {
        uint256 i = which % models.length;
        Model storage m = models[i];
        IElectionBox.Ballot[] memory list = new IElectionBox.Ballot[](n % 7);
        for (uint256 j = 0; j < list.length; ++j) {
            list[j] = _ballot(uint256(keccak256(abi.encode(seed, j))), uint256(keccak256(abi.encode(j, seed))));
        }
        if (bound && list.length != 0) list[seed % list.length].binding = RELAYER;
        bool may = _voting(m) && list.length != 0 && !bound;
        vm.prank(STRANGER);
        try m.box.castBatch(m.id, list) {
            assertTrue(may, "cast a batch that must be refused");
            for (uint256 j = 0; j < list.length; ++j) {
                if (!spent[i][list[j].words[0]]) _count(i, list[j]);
            }
        } catch {
            assertFalse(may, "refused a batch that must be counted");
        }
    }

    // ---- tally and result

    function share(uint256 which, bool byTrustee) external {
        Model storage m = _pick(which);
        bool may = _tallying(m) && byTrustee;
        vm.prank(byTrustee ? TRUSTEE : STRANGER);
        try m.box.postShare(m.id, 0, new uint256[](8)) {
            assertTrue(may, "a share outside its window");
            ++done["share"];
        } catch {
            assertFalse(may, "a share was refused");
        }
    }

    function tally(uint256 which, uint256 a, uint256 b, uint256 c) external {
        Model storage m = _pick(which);
        uint256 weight = m.opened ? m.box.election(m.id).totalWeight : 1;
        uint256[] memory totals = votes(a % (weight + 2), b % (weight / 2 + 1), c % (weight / 2 + 1));
        bool may = _tallying(m) && totals[0] + totals[1] + totals[2] <= weight;
        try m.box.tally(m.id, 1, totals, 0, emptyProof()) {
            assertTrue(may, "a tally that must be refused");
            m.tallied = true;
            m.totals = totals;
            ++done["tally"];
        } catch {
            assertFalse(may, "a tally was refused");
        }
    }

    function castResult(uint256 which) external {
        Model storage m = _pick(which);
        if (m.poll) return;
        bool may = m.tallied && !m.resultCast && governor.state(m.id) == IGovernor.ProposalState.Active;
        try box.castResult(m.id) {
            assertTrue(may, "a result that must not be cast");
            m.resultCast = true;
            ++done["result"];
        } catch {
            assertFalse(may, "a result was refused");
        }
    }

    // ---- for the invariants

    function elections() external view returns (uint256) {
        return models.length;
    }

    function model(uint256 i) external view returns (Model memory) {
        return models[i];
    }

    function theGovernor() external view returns (TabellaGovernor) {
        return governor;
    }

    function theUnit() external pure returns (uint256) {
        return UNIT;
    }

    /// @dev What must never change once an election is open.
    function fingerprint(IElectionBox at, uint256 id) public view returns (bytes32) {
        IElectionBox.ElectionView memory e = at.election(id);
        bytes memory first = abi.encode(e.root, e.size, e.totalWeight, e.scope, e.rule, e.term, e.keys);
        return
            keccak256(bytes.concat(first, abi.encode(e.foldedConstants, e.opened, e.closes, e.tallyBy, e.minTurnout)));
    }

    // ---- the model

    function _track(IElectionBox at, uint256 id, bool poll) private {
        Model storage m = models.push();
        (m.box, m.id, m.poll) = (at, id, poll);
        if (poll) {
            IPollBox.PollConfig memory c = pollBox.poll(id);
            (m.opens, m.closes, m.tallyBy) = (c.opens, c.closes, uint256(c.closes) + c.tallyPeriod);
        } else {
            (m.opens, m.tallyBy) = (governor.proposalSnapshot(id), governor.proposalDeadline(id));
            m.closes = m.tallyBy - TALLY_PERIOD;
        }
    }

    function _opened(uint256 i) private {
        Model storage m = models[i];
        m.opened = true;
        m.frozen = fingerprint(m.box, m.id);
        m.sums = new uint256[](8);
        for (uint256 k = 1; k < 8; k += 2) {
            m.sums[k] = 1;
        }
        ++done["open"];
    }

    function _pick(uint256 which) private view returns (Model storage) {
        return models[which % models.length];
    }

    function _voting(Model storage m) private view returns (bool) {
        return m.opened && block.timestamp < m.closes;
    }

    function _tallying(Model storage m) private view returns (bool) {
        if (!m.opened || m.tallied || m.ballots < MIN_TURNOUT) return false;
        if (block.timestamp < m.closes || block.timestamp > m.tallyBy) return false;
        return m.poll || governor.state(m.id) == IGovernor.ProposalState.Active;
    }

    function _ballot(uint256 nullifier, uint256 point) private view returns (IElectionBox.Ballot memory b) {
        b = ballot(1 + nullifier % NULLIFIERS);
        for (uint256 k = 0; k < 4; ++k) {
            uint256[2] storage p = multiples[(point >> (8 * k)) % multiples.length];
            (b.words[1 + 2 * k], b.words[2 + 2 * k]) = (p[0], p[1]);
        }
    }

    function _count(uint256 i, IElectionBox.Ballot memory b) private {
        Model storage m = models[i];
        spent[i][b.words[0]] = true;
        ++m.ballots;
        uint256[] memory sums = m.sums;
        uint256[] memory points = new uint256[](8);
        for (uint256 k = 0; k < 8; ++k) {
            points[k] = b.words[1 + k];
        }
        BabyJubjub.addTo(sums, points);
        m.sums = sums;
        ++done["cast"];
    }
}
