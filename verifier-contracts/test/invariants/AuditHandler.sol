// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AuditRegistry} from "../../contracts/audit/AuditRegistry.sol";
import {MilestoneTreasury} from "../../contracts/audit/MilestoneTreasury.sol";
import {ModelRegistry} from "../../contracts/audit/ModelRegistry.sol";
import {IAuditRegistry} from "../../contracts/audit/interfaces/IAuditRegistry.sol";
import {IMilestoneTreasury} from "../../contracts/audit/interfaces/IMilestoneTreasury.sol";
import {IModelRegistry} from "../../contracts/audit/interfaces/IModelRegistry.sol";
import {IdealAudit} from "../support/IdealAudit.sol";

/// @notice Makes any calls at any times, by those who may and by those who may not, and keeps its own account of models, engagements
/// and milestones. Of the calls that matter it says beforehand whether they may succeed.
contract AuditHandler is IdealAudit {
    struct Model {
        IModelRegistry.Status status;
        bool retired;
        uint256 bond;
        uint256 open;
    }

    struct Engagement {
        uint256 model;
        uint256 version;
        uint256 seed;
        uint256 shards;
        uint256 submitted;
        bool truthful;
        bool data;
        bool revokedData;
        bool verified;
        bool revoked;
        uint256 verdict;
        uint256 issuedAt;
        bool open;
    }

    struct Milestone {
        uint256 model;
        uint256 version;
        uint256 createdAt;
        uint256 deadline;
        uint256 funded;
        IMilestoneTreasury.State state;
    }

    uint256 private constant MOST = 4;
    uint256 public constant AMOUNT = 10;

    Model[] private ms;
    Engagement[] private es;
    Milestone[] private ts;
    uint256 public slashedSum;
    uint256 public collected;
    uint256 public paid;
    uint256 public clawed;
    mapping(bytes32 call => uint256) public done;

    function begin() external {
        deployIdeal();
        vm.deal(address(this), 1000 ether);
        ms.push(Model(IModelRegistry.Status.Active, false, BOND, 0));
        adopt(SCHEMA);
    }

    // ---- time, models

    function wait(uint256 step, bool far) external {
        vm.warp(block.timestamp + (far ? step % 60 days : step % 3 days) + 1);
    }

    function newModel() external {
        if (ms.length >= MOST) return;
        registerModel(OWNER, COMMITMENT + ms.length);
        ms.push(Model(IModelRegistry.Status.Active, false, BOND, 0));
    }

    function addBond(uint256 which) external {
        uint256 i = which % ms.length;
        models.addBond{value: 1 ether}(i + 1);
        ms[i].bond += 1 ether;
    }

    function worsen(uint256 which, bool halt, uint8 by) external {
        uint256 i = which % ms.length;
        IModelRegistry.Status to = halt ? IModelRegistry.Status.Halted : IModelRegistry.Status.Flagged;
        bool may = _account(by) == GUARDIAN && to > ms[i].status;
        bytes memory call =
            halt ? abi.encodeCall(ModelRegistry.halt, (i + 1, "")) : abi.encodeCall(ModelRegistry.flag, (i + 1, ""));
        if (_try(_account(by), address(models), call, may, "worsen")) ms[i].status = to;
    }

    function restore(uint256 which, uint8 by) external {
        uint256 i = which % ms.length;
        bool may = _account(by) == TIMELOCK && ms[i].status != IModelRegistry.Status.Active && !ms[i].retired;
        bytes memory call = abi.encodeCall(ModelRegistry.restore, (i + 1, ""));
        if (_try(_account(by), address(models), call, may, "restore")) ms[i].status = IModelRegistry.Status.Active;
    }

    function retire(uint256 which, uint8 by) external {
        uint256 i = which % ms.length;
        // Rarely: a retired model does nothing any more.
        if (which % 7 != 0) return;
        bool may = _account(by) == OWNER && !ms[i].retired;
        if (_try(_account(by), address(models), abi.encodeCall(ModelRegistry.retire, (i + 1)), may, "retire")) {
            ms[i].retired = true;
        }
    }

    function withdraw(uint256 which, uint8 by) external {
        uint256 i = which % ms.length;
        bool may = _account(by) == OWNER && ms[i].retired && ms[i].open == 0 && ms[i].bond != 0;
        bytes memory call = abi.encodeCall(ModelRegistry.withdrawBond, (i + 1, payable(PAYEE)));
        if (_try(_account(by), address(models), call, may, "withdraw")) ms[i].bond = 0;
    }

    function collect() external {
        bytes memory call = abi.encodeCall(ModelRegistry.collectSlashed, ());
        if (_try(STRANGER, address(models), call, slashedSum != collected, "collect")) collected = slashedSum;
    }

    // ---- engagements

    function openOne(uint256 which, bool second, uint8 by) public {
        uint256 i = which % ms.length;
        if (es.length >= 4 * MOST) return;
        bool may = (_account(by) == OWNER || _account(by) == TIMELOCK) && !ms[i].retired && ms[i].bond >= BOND;
        // The timelock is no AUDIT_OPENER: it would have to grant itself the role first.
        if (_account(by) == TIMELOCK) may = false;
        uint256 policy = second ? 2 : 1;
        bytes memory call = abi.encodeCall(AuditRegistry.openEngagement, (i + 1, policy));
        if (!_try(_account(by), address(audits), call, may, "open")) return;
        Engagement storage e = es.push();
        (e.model, e.version, e.seed, e.open) = (i, policy, es.length, true);
        e.shards = 1 + which % 3;
        ++ms[i].open;
    }

    function giveData(uint256 which) public {
        if (es.length == 0) return;
        Engagement storage e = es[which % es.length];
        uint256 id = which % es.length + 1;
        IAuditRegistry.Engagement memory now_ = audits.engagement(id);
        if (now_.state != IAuditRegistry.State.AwaitingData || block.timestamp > now_.dataBy) return;
        registerData(id, _root(e), rowsOf(e.shards), e.shards, SCHEMA);
        e.data = true;
        ++done["data"];
    }

    function object(uint256 which, bool dismiss) external {
        if (es.length == 0) return;
        uint256 id = which % es.length + 1;
        vm.prank(OWNER);
        try audits.objectToData(id, "") {} catch {}
        vm.prank(TIMELOCK);
        try audits.resolve(id, dismiss) {
            if (dismiss) _close(id - 1);
        } catch {}
    }

    /// @dev The next shards; where `lie`, with a proof for other counts, a model of somebody else's, or other data.
    function shards(uint256 which, uint256 n, uint8 lie) public {
        if (es.length == 0) return;
        uint256 i = which % es.length;
        Engagement storage e = es[i];
        n = 1 + n % 3;
        uint256 seed = lie % 5 == 3 ? e.seed + 1000 : e.seed;
        (uint256[] memory d, uint256[] memory c) = _part(seed, e.submitted, n);
        uint256 commitment = COMMITMENT + e.model + (lie % 5 == 1 ? 1 : 0);
        uint256[8][] memory proofs = shardProofs(i + 1, commitment, e.submitted, d, c);
        if (lie % 5 == 2) proofs[n - 1][0] ^= 1;
        bool may = _taking(i) && e.submitted + n <= e.shards && lie % 5 != 1 && lie % 5 != 2;
        bytes memory call = abi.encodeCall(AuditRegistry.submitShards, (i + 1, d, c, proofs));
        if (!_try(OWNER, address(audits), call, may, "shards")) return;
        if (lie % 5 == 3) e.truthful = false;
        else if (e.submitted == 0) e.truthful = true;
        e.submitted += n;
    }

    function restart(uint256 which) external {
        if (es.length == 0) return;
        uint256 i = which % es.length;
        vm.prank(OWNER);
        try audits.restartShards(i + 1) {
            assertFalse(es[i].verified, "restarted after a verdict");
            es[i].submitted = 0;
        } catch {}
    }

    function verdict(uint256 which, uint256 value, uint8 lie) public {
        if (es.length == 0) return;
        uint256 i = which % es.length;
        Engagement storage e = es[i];
        value %= 3;
        uint256 commitment = COMMITMENT + e.model + (lie % 5 == 1 ? 1 : 0);
        IAuditRegistry.VerdictProof memory v =
            verdictFor(context(i + 1), commitment, policyWords(SCHEMA), value, e.seed, e.shards);
        if (lie % 5 == 2) v.verdict = (value + 1) % 3;
        if (lie % 5 == 3) v.proof[0] ^= 1;
        bool whole = e.submitted == e.shards && e.truthful;
        bool may = _taking(i) && whole && !e.verified && !e.revokedData && (lie % 5 == 0 || lie % 5 == 4);
        bytes memory call = abi.encodeCall(AuditRegistry.submitVerdict, (i + 1, v));
        if (!_try(OWNER, address(audits), call, may, "verdict")) return;
        (e.verified, e.verdict, e.issuedAt) = (true, value, block.timestamp);
        if (value != 2) _close(i);
        if (value == 0) _halt(e.model, FAIL_SHARE);
    }

    function enforce(uint256 which) external {
        if (es.length == 0) return;
        uint256 i = which % es.length;
        IAuditRegistry.Engagement memory e = audits.engagement(i + 1);
        bool may = e.state == IAuditRegistry.State.Running && block.timestamp > e.deadline && !es[i].revokedData;
        if (may && es[i].verified) assertEq(es[i].verdict, 2, "enforced against a pass or a fail");
        bytes memory call = abi.encodeCall(AuditRegistry.enforceDeadline, (i + 1));
        if (!_try(STRANGER, address(audits), call, may, "enforce")) return;
        _close(i);
        _halt(es[i].model, 10_000);
    }

    /// @dev A whole audit at once: the calls one by one seldom meet.
    function conclude(uint256 which, bool second, uint256 value) public {
        uint256 before = es.length;
        openOne(which, second, 0);
        if (es.length == before) return;
        giveData(before);
        shards(before, es[before].shards - 1, 0);
        verdict(before, value, 0);
    }

    function lapse(uint256 which) external {
        if (es.length == 0) return;
        uint256 i = which % es.length;
        IAuditRegistry.Engagement memory e = audits.engagement(i + 1);
        bool late = e.state == IAuditRegistry.State.AwaitingData && block.timestamp > e.dataBy;
        bool may = late || (es[i].open && es[i].revokedData);
        if (_try(STRANGER, address(audits), abi.encodeCall(AuditRegistry.lapse, (i + 1)), may, "lapse")) _close(i);
    }

    function revokeData(uint256 which) external {
        if (es.length == 0 || which % 3 != 0) return;
        Engagement storage e = es[which % es.length];
        if (!e.data || e.revokedData) return;
        vm.prank(PROVIDER);
        data.revoke(_root(e), "");
        e.revokedData = true;
    }

    function revokeAttestation(uint256 which, uint8 by) external {
        if (es.length == 0 || which % 3 != 0) return;
        Engagement storage e = es[which % es.length];
        bytes memory call = abi.encodeCall(AuditRegistry.revokeAttestation, (which % es.length + 1, ""));
        bool may = _account(by) == TIMELOCK && e.verified && !e.revoked;
        if (_try(_account(by), address(audits), call, may, "revoke")) e.revoked = true;
    }

    // ---- milestones

    function createMilestone(uint256 which, bool second, uint256 length, bool funded) external {
        if (ts.length >= 2 * MOST) return;
        uint256 i = which % ms.length;
        uint256 deadline = block.timestamp + 1 + length % 120 days;
        uint256 value = funded ? AMOUNT : 0;
        uint256 policy = second ? 2 : 1;
        vm.prank(TIMELOCK);
        treasury.create{value: value}(i + 1, policy, PAYEE, address(0), AMOUNT, uint40(deadline));
        ts.push(Milestone(i, policy, block.timestamp, deadline, value, IMilestoneTreasury.State.Open));
    }

    function fund(uint256 which, uint256 amount) public {
        if (ts.length == 0) return;
        Milestone storage t = ts[which % ts.length];
        amount %= AMOUNT + 1;
        bool may = t.state == IMilestoneTreasury.State.Open && amount != 0 && t.funded + amount <= AMOUNT;
        try treasury.fund{value: amount}(which % ts.length + 1, amount) {
            assertTrue(may, "funded");
            t.funded += amount;
        } catch {
            assertFalse(may, "not funded");
        }
    }

    /// @dev All that a milestone waits for, but the release: what happens in between is what matters.
    function earn(uint256 which) external {
        if (ts.length == 0) return;
        Milestone storage t = ts[which % ts.length];
        fund(which, AMOUNT - t.funded);
        if (block.timestamp == t.createdAt) vm.warp(block.timestamp + 1);
        conclude(t.model, t.version == 2, 1);
    }

    /// @dev The same, but for a pass that is good: what comes of it is insufficient, revoked, or over data that are revoked.
    function earnInVain(uint256 which, uint8 how) external {
        if (ts.length == 0) return;
        Milestone storage t = ts[which % ts.length];
        uint256 i = es.length;
        fund(which, AMOUNT - t.funded);
        if (block.timestamp == t.createdAt) vm.warp(block.timestamp + 1);
        conclude(t.model, t.version == 2, how % 3 == 0 ? 2 : 1);
        if (es.length == i) return;
        Engagement storage e = es[i];
        if (how % 3 == 1 && e.verified) {
            vm.prank(TIMELOCK);
            audits.revokeAttestation(i + 1, "");
            e.revoked = true;
        } else if (how % 3 == 2 && e.data) {
            vm.prank(PROVIDER);
            data.revoke(_root(e), "");
            e.revokedData = true;
        }
        release(which, i);
    }

    /// @dev The account of what must be true at this moment is this contract's own.
    function release(uint256 which, uint256 attestation) public {
        if (ts.length == 0 || es.length == 0) return;
        Milestone storage t = ts[which % ts.length];
        uint256 i = attestation % es.length;
        bool may = t.state == IMilestoneTreasury.State.Open && t.funded == AMOUNT && block.timestamp <= t.deadline
            && validPass(i) && es[i].model == t.model && es[i].version == t.version && es[i].issuedAt > t.createdAt
            && ms[t.model].status == IModelRegistry.Status.Active && !ms[t.model].retired;
        bytes memory call = abi.encodeCall(MilestoneTreasury.release, (which % ts.length + 1, i + 1));
        if (!_try(STRANGER, address(treasury), call, may, "release")) return;
        t.state = IMilestoneTreasury.State.Released;
        paid += AMOUNT;
    }

    /// @dev Every attestation is tried.
    function releaseWithAny(uint256 which) external {
        for (uint256 i = 0; i < es.length; ++i) {
            release(which, i);
        }
    }

    function clawBack(uint256 which) external {
        if (ts.length == 0) return;
        Milestone storage t = ts[which % ts.length];
        bool over =
            block.timestamp > t.deadline || ms[t.model].retired || ms[t.model].status == IModelRegistry.Status.Halted;
        bool may = t.state == IMilestoneTreasury.State.Open && over;
        bytes memory call = abi.encodeCall(MilestoneTreasury.clawBack, (which % ts.length + 1));
        if (!_try(STRANGER, address(treasury), call, may, "clawBack")) return;
        t.state = IMilestoneTreasury.State.ClawedBack;
        clawed += t.funded;
    }

    // ---- for the invariants

    function counts() external view returns (uint256, uint256, uint256) {
        return (ms.length, es.length, ts.length);
    }

    function model(uint256 i) external view returns (Model memory) {
        return ms[i];
    }

    function engagement(uint256 i) external view returns (Engagement memory) {
        return es[i];
    }

    function milestone(uint256 i) external view returns (Milestone memory) {
        return ts[i];
    }

    function contracts() external view returns (ModelRegistry, AuditRegistry, MilestoneTreasury) {
        return (models, audits, treasury);
    }

    function validPass(uint256 i) public view returns (bool) {
        Engagement storage e = es[i];
        bool pass = e.verified && e.verdict == 1 && block.timestamp < e.issuedAt + VALIDITY;
        return pass && !e.revoked && !e.revokedData;
    }

    // ---- within

    /// @dev 0 owner, 1 guardian, 2 timelock, 3 a stranger.
    function _account(uint8 by) private pure returns (address) {
        return [OWNER, GUARDIAN, TIMELOCK, STRANGER][by % 4];
    }

    /// @dev Calls, and fails the test where the answer is not the expected one.
    function _try(address by, address to, bytes memory call, bool may, bytes32 what) private returns (bool ok) {
        vm.prank(by);
        (ok,) = to.call(call);
        assertEq(ok, may, string(abi.encodePacked(what)));
        if (ok) ++done[what];
    }

    function _taking(uint256 i) private view returns (bool) {
        IAuditRegistry.Engagement memory e = audits.engagement(i + 1);
        if (e.state != IAuditRegistry.State.Running) return false;
        return block.timestamp <= e.deadline || block.timestamp < e.start;
    }

    function _root(Engagement storage e) private view returns (bytes32) {
        return rootOf(SCHEMA, rowsOf(e.shards), digestsOf(e.seed, e.shards));
    }

    function _part(uint256 seed, uint256 first, uint256 n)
        private
        pure
        returns (uint256[] memory d, uint256[] memory c)
    {
        (uint256[] memory digests, uint256[] memory counts_) = (digestsOf(seed, first + n), countsOf(seed, first + n));
        (d, c) = (new uint256[](n), new uint256[](n));
        for (uint256 i = 0; i < n; ++i) {
            (d[i], c[i]) = (digests[first + i], counts_[first + i]);
        }
    }

    function _close(uint256 i) private {
        es[i].open = false;
        --ms[es[i].model].open;
    }

    function _halt(uint256 i, uint256 share) private {
        ms[i].status = IModelRegistry.Status.Halted;
        uint256 amount = ms[i].bond * share / 10_000;
        ms[i].bond -= amount;
        slashedSum += amount;
    }
}
