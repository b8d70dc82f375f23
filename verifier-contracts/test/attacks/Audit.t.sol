// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AuditRegistry} from "../../contracts/audit/AuditRegistry.sol";
import {AuditStatements} from "../../contracts/audit/AuditStatements.sol";
import {PolicyRegistry} from "../../contracts/audit/PolicyRegistry.sol";
import {IAuditRegistry} from "../../contracts/audit/interfaces/IAuditRegistry.sol";
import {IModelRegistry} from "../../contracts/audit/interfaces/IModelRegistry.sol";
import {ShardLinearR205Verifier} from "../../contracts/generated/ShardLinearR205Verifier.sol";
import {AuditProofs} from "../support/AuditProofs.sol";

/// @notice Audits with real proofs: the honest ones, and proofs that hold for something else.
contract AuditTest is AuditProofs {
    bytes private invalid = abi.encodeWithSelector(ShardLinearR205Verifier.ProofInvalid.selector);

    function setUp() public {
        deployProofs();
    }

    function refuseShard(uint256 digest, uint256 counts, uint256[8] memory proof_) private {
        uint256[] memory d = new uint256[](1);
        uint256[] memory c = new uint256[](1);
        uint256[8][] memory p = new uint256[8][](1);
        (d[0], c[0], p[0]) = (digest, counts, proof_);
        vm.prank(OWNER);
        vm.expectRevert(invalid);
        audits.submitShards(1, d, c, p);
    }

    function refuseVerdict(uint256 id, IAuditRegistry.VerdictProof memory v) private {
        vm.prank(OWNER);
        vm.expectRevert(invalid);
        audits.submitVerdict(id, v);
    }

    function test_EmptyIsTheProversOwn() public view {
        assertEq(AuditStatements.EMPTY, number(".empty"));
    }

    function test_APassPaysItsMilestone() public {
        vm.prank(TIMELOCK);
        uint256 milestone =
            treasury.create{value: 1 ether}(modelId, 1, PAYEE, address(0), 1 ether, uint40(START + 1 days));
        vm.warp(START + 1);
        submitAll(1);
        submit(1);
        assertState(1, IAuditRegistry.State.Passed);
        assertTrue(audits.validFor(modelId, 1));
        treasury.release(milestone, 1);
        assertEq(PAYEE.balance, 1 ether);
    }

    function test_AFailHalts() public {
        submitAll(2);
        submit(2);
        assertState(2, IAuditRegistry.State.Failed);
        assertEq(uint256(models.status(modelId)), uint256(IModelRegistry.Status.Halted));
        assertFalse(audits.isValid(2));
    }

    function test_TooFewRecordsAreInsufficient() public {
        submitAll(3);
        submit(3);
        assertState(3, IAuditRegistry.State.Running);
        assertEq(uint256(audits.attestation(3).verdict), uint256(IAuditRegistry.Verdict.Insufficient));
        assertTrue(models.isActive(modelId));
    }

    function test_TwelveShards() public {
        submitAll(4);
        submit(4);
        assertTrue(audits.isValid(4));
    }

    /// @dev A proof of the same shard for another chain, registry, engagement or model.
    function test_Attack26_ShardOfAnotherPlace() public {
        string[3] memory places = ["chain", "registry", "engagement"];
        uint256 digest = digestsOf(1)[0];
        for (uint256 i = 0; i < 3; ++i) {
            refuseShard(digest, elsewhere(places[i], ".counts"), proof(elsewhere(places[i], ".proof")));
        }
        refuseShard(digest, countsOf(1)[0], proofsOf(1, 1, 1)[0]);
        refuseShard(digestsOf(1)[1], countsOf(1)[1], proofsOf(1, 1, 1)[0]);
        submitAll(1);
    }

    function test_Attack10_ShardOfAnotherModel() public {
        refuseShard(digestsOf(1)[0], elsewhere("model", ".counts"), proof(elsewhere("model", ".proof")));
        refuseShard(digestsOf(1)[0], countsOf(1)[0], proof(elsewhere("model", ".proof")));
    }

    /// @dev One model's shard among another's: the batch is refused whole.
    function test_Attack10_ModelSwappedBetweenShards() public {
        (uint256[] memory d, uint256[] memory c) = (digestsOf(1), countsOf(1));
        uint256[8][] memory p = proofsOf(1, 0, 5);
        (c[0], p[0]) = (elsewhere("model", ".counts"), proof(elsewhere("model", ".proof")));
        vm.prank(OWNER);
        vm.expectRevert(invalid);
        audits.submitShards(1, d, c, p);
    }

    function test_Attack08_ShardsRepeatedSkippedAndReordered() public {
        (uint256[] memory d, uint256[] memory c) = (digestsOf(1), countsOf(1));
        uint256[8][] memory p = proofsOf(1, 0, 5);
        (d[2], c[2], p[2]) = (d[1], c[1], p[1]);
        refuseList(d, c, p);
        refuseList(part(digestsOf(1), 1, 4), part(countsOf(1), 1, 4), proofsOf(1, 1, 4));
        (d, c, p) = (digestsOf(1), countsOf(1), proofsOf(1, 0, 5));
        (d[1], d[2], c[1], c[2]) = (d[2], d[1], c[2], c[1]);
        (p[1], p[2]) = (p[2], p[1]);
        refuseList(d, c, p);
        (d, c, p) = (digestsOf(1), countsOf(1), proofsOf(1, 0, 5));
        (d[4], c[4], p[4]) = (digestsOf(4)[4], countsOf(4)[4], proofsOf(4, 4, 1)[0]);
        refuseList(d, c, p);
        (d, c, p) = (digestsOf(1), countsOf(1), proofsOf(1, 0, 5));
        c[3] = addmod(c[3], 1, R);
        refuseList(d, c, p);
    }

    function refuseList(uint256[] memory d, uint256[] memory c, uint256[8][] memory p) private {
        vm.prank(OWNER);
        vm.expectRevert(invalid);
        audits.submitShards(1, d, c, p);
    }

    /// @dev Verdicts for another chain, registry, engagement or model over the very same shards.
    function test_Attack26_VerdictOfAnotherPlace() public {
        submitAll(1);
        string[4] memory places = ["chain", "registry", "engagement", "model"];
        for (uint256 i = 0; i < 4; ++i) {
            IAuditRegistry.VerdictProof memory v = verdictOf(1);
            v.h = elsewhere(places[i], ".h");
            v.proof = proof(elsewhere(places[i], ".verdict_proof"));
            refuseVerdict(1, v);
        }
        submit(1);
    }

    /// @dev A verdict under the policy that suits: the point is that of the engagement's version.
    function test_Attack10_PolicySwappedAtSubmission() public {
        submitAll(1);
        IAuditRegistry.VerdictProof memory v = verdictOf(1);
        (v.verdict, v.h) = (elsewhere("policy", ".verdict"), elsewhere("policy", ".h"));
        v.proof = proof(elsewhere("policy", ".verdict_proof"));
        assertEq(v.verdict, 0);
        refuseVerdict(1, v);
        uint256 id = open(OWNER, modelId, 2);
        assertEq(id, 5);
    }

    /// @dev A verdict over a list in which the first shard stands twice.
    function test_Attack08_VerdictOverAnotherList() public {
        submitAll(1);
        IAuditRegistry.VerdictProof memory v = verdictOf(1);
        v.h = elsewhere("list", ".h");
        v.proof = proof(elsewhere("list", ".verdict_proof"));
        refuseVerdict(1, v);
        (v.digests[1], v.counts[1]) = (v.digests[0], v.counts[0]);
        vm.prank(OWNER);
        vm.expectPartialRevert(IAuditRegistry.WrongList.selector);
        audits.submitVerdict(1, v);
    }

    /// @dev The verdict that was not proven, and every word of the proof changed.
    function test_Attack10_EveryWordOfAVerdict() public {
        submitAll(1);
        for (uint256 verdict = 0; verdict < 3; ++verdict) {
            IAuditRegistry.VerdictProof memory v = verdictOf(1);
            if (v.verdict == verdict) continue;
            v.verdict = verdict;
            refuseVerdict(1, v);
        }
        IAuditRegistry.VerdictProof memory w = verdictOf(1);
        w.h = addmod(w.h, 1, R);
        refuseVerdict(1, w);
        for (uint256 i = 0; i < 8; ++i) {
            w = verdictOf(1);
            w.proof[i] ^= 1;
            // A point off the curve takes all gas with it.
            vm.prank(OWNER);
            (bool done,) = address(audits).call{gas: 3_000_000}(abi.encodeCall(IAuditRegistry.submitVerdict, (1, w)));
            assertFalse(done);
        }
        assertFalse(audits.isValid(1));
    }

    /// @dev Digests, counts and h plus r are other words to keccak and the same to the circuit.
    function test_Attack18_WordsPlusR() public {
        (uint256[] memory d, uint256[] memory c) = (part(digestsOf(1), 0, 1), part(countsOf(1), 0, 1));
        uint256[8][] memory p = proofsOf(1, 0, 1);
        bytes4 reason = ShardLinearR205Verifier.InputNotInField.selector;
        d[0] += R;
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(reason, 0, d[0]));
        audits.submitShards(1, d, c, p);
        d[0] -= R;
        c[0] += R;
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(reason, 2, c[0]));
        audits.submitShards(1, d, c, p);
        submitAll(1);
        IAuditRegistry.VerdictProof memory v = verdictOf(1);
        v.h += R;
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(reason, 0, v.h));
        audits.submitVerdict(1, v);
    }

    /// @dev The two verifiers changed places: told from an invalid proof when the contracts are made.
    function test_Attack15_VerifiersChangedPlaces() public {
        vm.expectRevert();
        new PolicyRegistry(address(manager), shardVerifier);
        vm.expectRevert();
        new AuditRegistry(address(manager), models, policies, data, verdictVerifier, FAIL_SHARE);
    }
}
