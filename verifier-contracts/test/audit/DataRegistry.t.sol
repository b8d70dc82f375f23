// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {DataRegistry} from "../../contracts/audit/DataRegistry.sol";
import {IAuditRegistry} from "../../contracts/audit/interfaces/IAuditRegistry.sol";
import {IDataRegistry} from "../../contracts/audit/interfaces/IDataRegistry.sol";
import {IPolicyRegistry} from "../../contracts/audit/interfaces/IPolicyRegistry.sol";
import {IdealAudit} from "../support/IdealAudit.sol";

/// @notice What auditors sign, who may register it, and what a revocation ends.
contract DataRegistryTest is IdealAudit {
    bytes32 private constant ROOT = keccak256("root");
    uint256 private id;

    function setUp() public {
        deployIdeal();
        id = open(OWNER, modelId, version);
    }

    function sound() private view returns (IDataRegistry.Registration memory) {
        return registration(id, ROOT, 1000, 5, SCHEMA);
    }

    function refuseData(IDataRegistry.Registration memory r, bytes memory reason) private {
        IDataRegistry.Signature[] memory list = signatures(r, THRESHOLD);
        vm.prank(auditor(0));
        vm.expectRevert(reason);
        data.register(r, list);
    }

    function refuseSignatures(IDataRegistry.Signature[] memory list, bytes memory reason) private {
        vm.prank(auditor(0));
        vm.expectRevert(reason);
        data.register(sound(), list);
    }

    /// @dev The domain and the type, as the statement page gives them.
    function test_WhatAuditorsSign() public view {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Tabella DataRegistry"),
                keccak256("1"),
                CHAIN_ID,
                address(data)
            )
        );
        bytes32 typed = keccak256(
            abi.encode(
                keccak256(
                    "DataRoot(uint256 engagementId,bytes32 dataRoot,uint256 rows,uint256 shards,uint256 schemaHash)"
                ),
                id,
                ROOT,
                1000,
                5,
                SCHEMA
            )
        );
        assertEq(data.digest(id, ROOT, 1000, 5, SCHEMA), keccak256(abi.encodePacked("\x19\x01", domain, typed)));
    }

    function test_Registered() public {
        IDataRegistry.Registration memory r = sound();
        IDataRegistry.Signature[] memory list = signatures(r, THRESHOLD);
        address[] memory signers = new address[](2);
        (signers[0], signers[1]) = (auditor(0), auditor(1));
        vm.expectEmit();
        emit IDataRegistry.DataRegistered(id, ROOT, PROVIDER, 1000, 5, SCHEMA, signers);
        vm.expectEmit();
        emit IAuditRegistry.DataReceived(id, 1000, 5, uint40(START + ACK_PERIOD));
        vm.prank(auditor(2));
        data.register(r, list);
        IDataRegistry.Data memory d = data.data(id);
        assertEq(d.dataRoot, ROOT);
        assertEq(d.provider, PROVIDER);
        assertEq(d.rows, 1000);
        assertEq(d.shards, 5);
        assertEq(data.engagementOf(ROOT), id);
        assertFalse(data.isRevoked(id));
        assertState(id, IAuditRegistry.State.Running);
    }

    function test_AContractSignsByErc1271() public {
        SigningContract one = new SigningContract(auditor(0));
        IPolicyRegistry.Terms memory t = terms(SCHEMA);
        t.auditors = new address[](2);
        (t.auditors[0], t.auditors[1]) =
            address(one) < auditor(1) ? (address(one), auditor(1)) : (auditor(1), address(one));
        vm.prank(TIMELOCK);
        id = open(OWNER, modelId, policies.adopt(t));
        bytes32 digest = data.digest(id, ROOT, 1000, 5, SCHEMA);
        IDataRegistry.Signature[] memory list = new IDataRegistry.Signature[](2);
        uint256 place = address(one) < auditor(1) ? 0 : 1;
        list[1 - place] = IDataRegistry.Signature(auditor(1), sign(auditorKey(1), digest));
        list[place] = IDataRegistry.Signature(address(one), sign(auditorKey(2), digest));
        bytes memory wrong = abi.encodeWithSelector(IDataRegistry.InvalidSignature.selector, place, address(one));
        vm.prank(auditor(1));
        vm.expectRevert(wrong);
        data.register(sound(), list);
        list[place] = IDataRegistry.Signature(address(one), sign(auditorKey(0), digest));
        vm.prank(auditor(1));
        data.register(sound(), list);
        assertState(id, IAuditRegistry.State.Running);
    }

    function test_Attack08_OnlyAnAuditorRegisters() public {
        IDataRegistry.Registration memory r = sound();
        IDataRegistry.Signature[] memory list = signatures(r, THRESHOLD);
        address[4] memory others = [STRANGER, OWNER, PROVIDER, TIMELOCK];
        for (uint256 i = 0; i < 4; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(abi.encodeWithSelector(IDataRegistry.NotAnAuditor.selector, version, others[i]));
            data.register(r, list);
        }
    }

    function test_Attack08_TooFewWrongAndRepeatedSigners() public {
        IDataRegistry.Registration memory r = sound();
        refuseSignatures(signatures(r, 1), abi.encodeWithSelector(IDataRegistry.TooFewSignatures.selector, 1, 2));
        IDataRegistry.Signature[] memory list = signatures(r, 2);
        list[1] = list[0];
        refuseSignatures(list, abi.encodeWithSelector(IDataRegistry.SignersNotAscending.selector, 1));
        list = signatures(r, 2);
        (list[0], list[1]) = (list[1], list[0]);
        refuseSignatures(list, abi.encodeWithSelector(IDataRegistry.SignersNotAscending.selector, 1));
        list = signatures(r, 2);
        list[1].signature = list[0].signature;
        refuseSignatures(list, abi.encodeWithSelector(IDataRegistry.InvalidSignature.selector, 1, auditor(1)));
        list[1].signature = "";
        refuseSignatures(list, abi.encodeWithSelector(IDataRegistry.InvalidSignature.selector, 1, auditor(1)));
        // Someone who is no auditor signs in good order.
        uint256 key = 1;
        while (vm.addr(key) <= auditor(0)) ++key;
        list = signatures(r, 2);
        list[1] = IDataRegistry.Signature(
            vm.addr(key), sign(key, data.digest(r.engagementId, r.dataRoot, r.rows, r.shards, r.schemaHash))
        );
        refuseSignatures(list, abi.encodeWithSelector(IDataRegistry.NotAnAuditor.selector, version, vm.addr(key)));
    }

    /// @dev Every signed word: a signature over one set of data is not one over another.
    function test_Attack08_SignaturesOverOtherData() public {
        IDataRegistry.Signature[] memory list = signatures(sound(), THRESHOLD);
        uint256 other = open(OWNER, modelId, version);
        IDataRegistry.Registration memory r = sound();
        r.engagementId = other;
        refuseBoth(r, list);
        r = sound();
        r.dataRoot = keccak256("other");
        refuseBoth(r, list);
        r = sound();
        r.rows = 999;
        refuseBoth(r, list);
        r = sound();
        r.shards = 4;
        refuseBoth(r, list);
    }

    function refuseBoth(IDataRegistry.Registration memory r, IDataRegistry.Signature[] memory list) private {
        vm.prank(auditor(0));
        vm.expectRevert(abi.encodeWithSelector(IDataRegistry.InvalidSignature.selector, 0, auditor(0)));
        data.register(r, list);
    }

    /// @dev A signature for another chain, another registry or another fork.
    function test_Attack26_SignaturesForAnotherChainOrRegistry() public {
        IDataRegistry.Registration memory r = sound();
        IDataRegistry.Signature[] memory list = signatures(r, THRESHOLD);
        vm.chainId(1);
        refuseBoth(r, list);
        vm.chainId(CHAIN_ID);
        DataRegistry twin = new DataRegistry(address(manager), policies);
        vm.prank(TIMELOCK);
        twin.setAuditRegistry(address(audits));
        vm.prank(auditor(0));
        vm.expectRevert(abi.encodeWithSelector(IDataRegistry.InvalidSignature.selector, 0, auditor(0)));
        twin.register(r, list);
        // Even with signatures of its own the twin is not the registry that the AuditRegistry knows.
        bytes32 digest = twin.digest(r.engagementId, r.dataRoot, r.rows, r.shards, r.schemaHash);
        for (uint256 i = 0; i < THRESHOLD; ++i) {
            list[i].signature = sign(auditorKey(i), digest);
        }
        vm.prank(auditor(0));
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.NotTheDataRegistry.selector, address(twin)));
        twin.register(r, list);
    }

    /// @dev A root serves one engagement, whoever asks and however the first one ended.
    function test_Attack08_ARootServesOneEngagementEver() public {
        registerData(id, ROOT, 1000, 5, SCHEMA);
        uint256 other = open(OWNER, modelId, version);
        refuseData(
            registration(other, ROOT, 1000, 5, SCHEMA),
            abi.encodeWithSelector(IDataRegistry.RootTaken.selector, ROOT, id)
        );
        bytes32 fresh = keccak256("fresh");
        refuseData(
            registration(id, fresh, 1000, 5, SCHEMA),
            abi.encodeWithSelector(IDataRegistry.EngagementHasData.selector, id, ROOT)
        );
        vm.prank(PROVIDER);
        data.revoke(ROOT, "");
        audits.lapse(id);
        refuseData(
            registration(other, ROOT, 1000, 5, SCHEMA),
            abi.encodeWithSelector(IDataRegistry.RootTaken.selector, ROOT, id)
        );
        refuseData(
            registration(id, fresh, 1000, 5, SCHEMA),
            abi.encodeWithSelector(IDataRegistry.EngagementHasData.selector, id, ROOT)
        );
    }

    function test_WrongSchemaShapeTimeAndEngagement() public {
        refuseData(
            registration(id, ROOT, 1000, 5, SCHEMA + 1),
            abi.encodeWithSelector(IDataRegistry.WrongSchema.selector, SCHEMA + 1, SCHEMA)
        );
        refuseData(registration(id, 0, 1000, 5, SCHEMA), abi.encodeWithSelector(IDataRegistry.RootZero.selector));
        refuseData(
            registration(9, ROOT, 1000, 5, SCHEMA), abi.encodeWithSelector(IAuditRegistry.UnknownEngagement.selector, 9)
        );
        shape(0, 0, abi.encodeWithSelector(IAuditRegistry.ShardsUnsupported.selector, 0, 160));
        shape(161 * 205, 161, abi.encodeWithSelector(IAuditRegistry.ShardsUnsupported.selector, 161, 160));
        shape(0, 1, abi.encodeWithSelector(IAuditRegistry.RowsUnsupported.selector, 0, 1));
        shape(206, 1, abi.encodeWithSelector(IAuditRegistry.RowsUnsupported.selector, 206, 1));
        shape(205, 2, abi.encodeWithSelector(IAuditRegistry.RowsUnsupported.selector, 205, 2));
        shape(411, 2, abi.encodeWithSelector(IAuditRegistry.RowsUnsupported.selector, 411, 2));
        vm.warp(START + DATA_PERIOD + 1);
        refuseData(
            sound(),
            abi.encodeWithSelector(IAuditRegistry.TooLateForData.selector, START + DATA_PERIOD, START + DATA_PERIOD + 1)
        );
        vm.warp(START + DATA_PERIOD);
        registerData(id, ROOT, 206, 2, SCHEMA);
    }

    function shape(uint256 rows, uint256 shards, bytes memory reason) private {
        refuseData(registration(id, ROOT, rows, shards, SCHEMA), reason);
    }

    function test_Attack31_OnlyProviderAndTimelockRevoke() public {
        registerData(id, ROOT, 1000, 5, SCHEMA);
        address[3] memory others = [STRANGER, OWNER, auditor(0)];
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, others[i]));
            data.revoke(ROOT, "");
        }
        vm.warp(START + 7);
        vm.expectEmit();
        emit IDataRegistry.DataRevoked(id, ROOT, PROVIDER, "consent withdrawn");
        vm.prank(PROVIDER);
        data.revoke(ROOT, "consent withdrawn");
        assertEq(data.data(id).revokedAt, START + 7);
        vm.prank(TIMELOCK);
        vm.expectRevert(abi.encodeWithSelector(IDataRegistry.AlreadyRevoked.selector, ROOT, START + 7));
        data.revoke(ROOT, "");
        vm.prank(TIMELOCK);
        vm.expectRevert(abi.encodeWithSelector(IDataRegistry.UnknownRoot.selector, keccak256("no")));
        data.revoke(keccak256("no"), "");
        uint256 other = open(OWNER, modelId, version);
        registerData(other, keccak256("other"), 1000, 5, SCHEMA);
        vm.prank(TIMELOCK);
        data.revoke(keccak256("other"), "");
        assertTrue(data.isRevoked(other));
    }

    /// @dev Without a provider only the timelock revokes: not the zero address, which nobody is.
    function test_NoProvider() public {
        IDataRegistry.Registration memory r = sound();
        r.provider = address(0);
        IDataRegistry.Signature[] memory list = signatures(r, THRESHOLD);
        vm.prank(auditor(0));
        data.register(r, list);
        vm.prank(PROVIDER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, PROVIDER));
        data.revoke(ROOT, "");
        vm.prank(TIMELOCK);
        data.revoke(ROOT, "");
    }

    function test_Attack30_ARevocationEndsAnOpenEngagementWithoutAHalt() public {
        (uint256 seed, uint256 n) = (3, 5);
        uint256 other = running(seed, n);
        submitAllShards(other, seed, n);
        bytes32 root = rootOf(SCHEMA, rowsOf(n), digestsOf(seed, n));
        vm.prank(PROVIDER);
        data.revoke(root, "");
        refuse(other, verdictOf(other, 1, seed, n), abi.encodeWithSelector(IAuditRegistry.DataRevoked.selector, other));
        vm.warp(audits.engagement(other).deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IAuditRegistry.DataRevoked.selector, other));
        audits.enforceDeadline(other);
        audits.lapse(other);
        assertState(other, IAuditRegistry.State.Lapsed);
        assertTrue(models.isActive(modelId));
    }

    function test_Attack30_ARevocationEndsAnAttestation() public {
        uint256 other = concluded(1, 3, 5);
        assertTrue(audits.validFor(modelId, version));
        bytes32 root = audits.attestation(other).dataRoot;
        vm.prank(PROVIDER);
        data.revoke(root, "");
        assertFalse(audits.isValid(other));
        assertFalse(audits.validFor(modelId, version));
    }

    function test_TheAuditRegistryIsNamedOnce() public {
        vm.startPrank(TIMELOCK);
        vm.expectRevert(abi.encodeWithSelector(IDataRegistry.AuditRegistryAlreadySet.selector, address(audits)));
        data.setAuditRegistry(address(models));
        DataRegistry fresh = new DataRegistry(address(manager), policies);
        vm.expectRevert(abi.encodeWithSelector(IDataRegistry.NotAContract.selector, STRANGER));
        fresh.setAuditRegistry(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IDataRegistry.NotAContract.selector, STRANGER));
        new DataRegistry(address(manager), IPolicyRegistry(STRANGER));
    }
}

/// @notice An account of several people, of whom one signs.
contract SigningContract is IERC1271 {
    address private immutable signer;

    constructor(address signer_) {
        signer = signer_;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        return ECDSA.recover(hash, signature) == signer ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}
