// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IAuditRegistry} from "../../contracts/audit/interfaces/IAuditRegistry.sol";
import {IPolicyRegistry} from "../../contracts/audit/interfaces/IPolicyRegistry.sol";
import {ShardLinearR205Verifier} from "../../contracts/generated/ShardLinearR205Verifier.sol";
import {VerdictS160Verifier} from "../../contracts/generated/VerdictS160Verifier.sol";
import {IFoldedVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";
import {AuditFixture} from "./AuditFixture.sol";

/// @notice The four engagements of fixtures/audit.json with the generated verifiers: real shards and verdicts of our own prover. One
/// passes, one fails, one has too few records, one passes with twelve shards.
abstract contract AuditProofs is AuditFixture {
    string private json;

    uint256 internal schema;
    uint256 internal modelId;
    uint256 internal otherModelId;

    function deployAuditVerifiers() internal override returns (IFoldedVerifier, IFoldedVerifier) {
        return
            (
                IFoldedVerifier(address(new ShardLinearR205Verifier())),
                IFoldedVerifier(address(new VerdictS160Verifier()))
            );
    }

    /// @dev The model, three policies, and engagements 1 to 4 with their data.
    function deployProofs() internal {
        json = vm.readFile("test/fixtures/audit.json");
        deployAudit();
        assertEq(address(audits), vm.parseJsonAddress(json, ".registry"), "the fixtures belong to another deployment");
        schema = number(".schema");
        modelId = registerModel(OWNER, number(".model"));
        otherModelId = registerModel(OWNER, number(".other_model"));
        for (uint256 i = 0; i < 3; ++i) {
            IPolicyRegistry.Terms memory t = terms(schema);
            t.words = policyOf(i);
            vm.prank(TIMELOCK);
            policies.adopt(t);
        }
        for (uint256 id = 1; id <= 4; ++id) {
            assertEq(open(OWNER, modelId, number(at(id, ".version"))), id);
            uint256[] memory digests = digestsOf(id);
            uint256 rows = number(at(id, ".rows"));
            registerData(id, rootOf(schema, rows, digests), rows, digests.length, schema);
        }
    }

    function policyOf(uint256 i) internal view returns (uint256[11] memory words) {
        uint256[] memory list = numbers(string.concat(".policies[", vm.toString(i), "]"));
        for (uint256 k = 0; k < 11; ++k) {
            words[k] = list[k];
        }
    }

    function digestsOf(uint256 id) internal view returns (uint256[] memory) {
        return numbers(at(id, ".digests"));
    }

    function countsOf(uint256 id) internal view returns (uint256[] memory) {
        return numbers(at(id, ".counts"));
    }

    /// @dev Proofs of n shards, from `first` on.
    function proofsOf(uint256 id, uint256 first, uint256 n) internal view returns (uint256[8][] memory list) {
        list = new uint256[8][](n);
        uint256 place = number(at(id, ".first_proof")) + first;
        for (uint256 i = 0; i < n; ++i) {
            list[i] = proof(place + i);
        }
    }

    function part(uint256[] memory list, uint256 first, uint256 n) internal pure returns (uint256[] memory some) {
        some = new uint256[](n);
        for (uint256 i = 0; i < n; ++i) {
            some[i] = list[first + i];
        }
    }

    /// @dev The call that submits n shards of an engagement, from `first` on.
    function shardsCall(uint256 id, uint256 first, uint256 n) internal view returns (bytes memory) {
        uint256[] memory digests = part(digestsOf(id), first, n);
        uint256[] memory counts = part(countsOf(id), first, n);
        return abi.encodeCall(IAuditRegistry.submitShards, (id, digests, counts, proofsOf(id, first, n)));
    }

    function submitAll(uint256 id) internal {
        uint256 n = digestsOf(id).length;
        uint256[8][] memory proofs = proofsOf(id, 0, n);
        (uint256[] memory digests, uint256[] memory counts) = (digestsOf(id), countsOf(id));
        vm.prank(OWNER);
        audits.submitShards(id, digests, counts, proofs);
    }

    function verdictOf(uint256 id) internal view returns (IAuditRegistry.VerdictProof memory v) {
        (v.verdict, v.h) = (number(at(id, ".verdict")), number(at(id, ".h")));
        (v.digests, v.counts) = (digestsOf(id), countsOf(id));
        v.proof = proof(number(at(id, ".verdict_proof")));
    }

    function submit(uint256 id) internal {
        IAuditRegistry.VerdictProof memory v = verdictOf(id);
        vm.prank(OWNER);
        audits.submitVerdict(id, v);
    }

    /// @dev Something of "elsewhere": a proof that holds in another place.
    function elsewhere(string memory name, string memory field) internal view returns (uint256) {
        return number(string.concat(".elsewhere.", name, field));
    }

    function proof(uint256 place) internal view returns (uint256[8] memory words) {
        uint256[] memory list = numbers(string.concat(".proofs[", vm.toString(place), "]"));
        for (uint256 i = 0; i < 8; ++i) {
            words[i] = list[i];
        }
    }

    function at(uint256 id, string memory field) private pure returns (string memory) {
        return string.concat(".engagements[", vm.toString(id - 1), "]", field);
    }

    function number(string memory path) internal view returns (uint256) {
        return vm.parseJsonUint(json, path);
    }

    function numbers(string memory path) private view returns (uint256[] memory) {
        return vm.parseJsonUintArray(json, path);
    }
}
