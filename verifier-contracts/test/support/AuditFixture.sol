// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Test} from "forge-std/Test.sol";
import {AuditRegistry} from "../../contracts/audit/AuditRegistry.sol";
import {DataRegistry} from "../../contracts/audit/DataRegistry.sol";
import {MilestoneTreasury} from "../../contracts/audit/MilestoneTreasury.sol";
import {ModelRegistry} from "../../contracts/audit/ModelRegistry.sol";
import {PolicyRegistry} from "../../contracts/audit/PolicyRegistry.sol";
import {IAuditRegistry} from "../../contracts/audit/interfaces/IAuditRegistry.sol";
import {IDataRegistry} from "../../contracts/audit/interfaces/IDataRegistry.sol";
import {IPolicyRegistry} from "../../contracts/audit/interfaces/IPolicyRegistry.sol";
import {Roles} from "../../contracts/governance/Roles.sol";
import {IFoldedVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";
import {IdealVerifier} from "./IdealVerifier.sol";

/// @notice The contracts of compliance, deployed by one account at its nonces 0 to 7, so that proofs made for them stay valid. The
/// timelock is an account here; that the real one is a timelock is tested with the client.
abstract contract AuditFixture is Test {
    uint256 internal constant CHAIN_ID = 31337;
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant BOND = 1 ether;
    uint256 internal constant FAIL_SHARE = 4_000;
    uint32 internal constant VALIDITY = 90 days;
    uint32 internal constant DATA_PERIOD = 7 days;
    uint32 internal constant ACK_PERIOD = 2 days;
    uint32 internal constant AUDIT_PERIOD = 14 days;
    uint8 internal constant THRESHOLD = 2;
    uint256 internal constant AUDITORS = 3;
    uint256 internal constant ROWS_PER_SHARD = 205;
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    address internal constant DEPLOYER = address(0xA0D17);
    address internal constant TIMELOCK = address(0x71E);
    address internal constant GUARDIAN = address(0x9A4D);
    address internal constant OPENER = address(0x09E4);
    address internal constant OWNER = address(0x0E4);
    address internal constant RIVAL = address(0x41AA);
    address internal constant PROVIDER = address(0x9407);
    address internal constant PAYEE = address(0x9A4E);
    address internal constant STRANGER = address(0x57);

    AccessManager internal manager;
    ModelRegistry internal models;
    PolicyRegistry internal policies;
    DataRegistry internal data;
    AuditRegistry internal audits;
    MilestoneTreasury internal treasury;
    IFoldedVerifier internal shardVerifier;
    IFoldedVerifier internal verdictVerifier;

    /// @dev Two contracts, in this order.
    function deployAuditVerifiers() internal virtual returns (IFoldedVerifier, IFoldedVerifier) {
        return (new IdealVerifier("shard-linear-r205", 1), new IdealVerifier("verdict-s160", 1));
    }

    function deployAudit() internal {
        vm.chainId(CHAIN_ID);
        vm.warp(START);
        vm.startPrank(DEPLOYER);
        place(0);
        manager = new AccessManager(DEPLOYER);
        place(1);
        (shardVerifier, verdictVerifier) = deployAuditVerifiers();
        place(3);
        models = new ModelRegistry(address(manager), TIMELOCK, BOND);
        place(4);
        policies = new PolicyRegistry(address(manager), verdictVerifier);
        place(5);
        data = new DataRegistry(address(manager), policies);
        place(6);
        audits = new AuditRegistry(address(manager), models, policies, data, shardVerifier, FAIL_SHARE);
        place(7);
        treasury = new MilestoneTreasury(address(manager), TIMELOCK, audits);
        models.setAuditRegistry(address(audits));
        data.setAuditRegistry(address(audits));
        handOver();
        vm.stopPrank();
        vm.deal(OWNER, 100 ether);
        vm.deal(RIVAL, 100 ether);
        vm.deal(TIMELOCK, 100 ether);
    }

    /// @dev The next contract's address comes from this nonce, however many calls the deployer has made.
    function place(uint64 nonce) private {
        vm.setNonceUnsafe(DEPLOYER, nonce);
    }

    function handOver() private {
        bytes4[] memory guarding = new bytes4[](2);
        (guarding[0], guarding[1]) = (ModelRegistry.flag.selector, ModelRegistry.halt.selector);
        bytes4[] memory opening = new bytes4[](1);
        opening[0] = AuditRegistry.openEngagement.selector;
        manager.setTargetFunctionRole(address(models), guarding, Roles.GUARDIAN);
        manager.setTargetFunctionRole(address(audits), opening, Roles.AUDIT_OPENER);
        manager.grantRole(Roles.GUARDIAN, GUARDIAN, 0);
        manager.grantRole(Roles.AUDIT_OPENER, OPENER, 0);
        manager.grantRole(manager.ADMIN_ROLE(), TIMELOCK, 0);
        manager.renounceRole(manager.ADMIN_ROLE(), DEPLOYER);
    }

    // ---- auditors

    /// @dev Key of auditor i, in the order of the auditors' addresses.
    function auditorKey(uint256 i) internal pure returns (uint256 key) {
        uint256[] memory keys = new uint256[](AUDITORS);
        for (uint256 j = 0; j < AUDITORS; ++j) {
            keys[j] = uint256(keccak256(abi.encode("auditor", j)));
            for (uint256 k = j; k > 0 && vm.addr(keys[k]) < vm.addr(keys[k - 1]); --k) {
                (keys[k], keys[k - 1]) = (keys[k - 1], keys[k]);
            }
        }
        return keys[i];
    }

    function auditor(uint256 i) internal pure returns (address) {
        return vm.addr(auditorKey(i));
    }

    function auditors() internal pure virtual returns (address[] memory list) {
        list = new address[](AUDITORS);
        for (uint256 i = 0; i < AUDITORS; ++i) {
            list[i] = auditor(i);
        }
    }

    // ---- policies

    /// @dev Four fifths on selection rates of attribute 0, inclusive, no minimum support.
    function policyWords(uint256 schemaHash) internal pure virtual returns (uint256[11] memory words) {
        words[0] = schemaHash;
        words[1] = 1 << 84;
        words[2] = (1 << 1) | (1 << 5) | (1 << 10) | (4 << 22) | (5 << 42);
    }

    function terms(uint256 schemaHash) internal pure returns (IPolicyRegistry.Terms memory t) {
        t.words = policyWords(schemaHash);
        (t.validity, t.dataPeriod, t.ackPeriod, t.auditPeriod) = (VALIDITY, DATA_PERIOD, ACK_PERIOD, AUDIT_PERIOD);
        (t.auditorThreshold, t.auditors) = (THRESHOLD, auditors());
        (t.textHash, t.uri) = (keccak256("text"), "ipfs://policy");
    }

    function adopt(uint256 schemaHash) internal returns (uint256 version) {
        vm.prank(TIMELOCK);
        return policies.adopt(terms(schemaHash));
    }

    // ---- data

    function registration(uint256 engagementId, bytes32 root, uint256 rows, uint256 shards, uint256 schemaHash)
        internal
        pure
        returns (IDataRegistry.Registration memory)
    {
        return IDataRegistry.Registration(engagementId, root, rows, shards, schemaHash, PROVIDER);
    }

    /// @dev By the first n auditors.
    function signatures(IDataRegistry.Registration memory r, uint256 n)
        internal
        view
        returns (IDataRegistry.Signature[] memory list)
    {
        list = new IDataRegistry.Signature[](n);
        bytes32 digest = data.digest(r.engagementId, r.dataRoot, r.rows, r.shards, r.schemaHash);
        for (uint256 i = 0; i < n; ++i) {
            list[i] = IDataRegistry.Signature(auditor(i), sign(auditorKey(i), digest));
        }
    }

    function sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function registerData(uint256 engagementId, bytes32 root, uint256 rows, uint256 shards, uint256 schemaHash)
        internal
    {
        IDataRegistry.Registration memory r = registration(engagementId, root, rows, shards, schemaHash);
        IDataRegistry.Signature[] memory list = signatures(r, THRESHOLD);
        vm.prank(auditor(0));
        data.register(r, list);
    }

    /// @dev The statement page's dataRoot, written out here once more.
    function rootOf(uint256 schemaHash, uint256 rows, uint256[] memory digests) internal pure returns (bytes32) {
        bytes memory head = abi.encode(keccak256("tabella.data.v1"), schemaHash, rows, digests.length);
        return keccak256(bytes.concat(head, abi.encodePacked(digests)));
    }

    // ---- models

    function registerModel(address owner, uint256 commitment) internal returns (uint256 modelId) {
        vm.prank(owner);
        return models.register{value: BOND}(commitment, 0, "ipfs://model");
    }

    function open(address by, uint256 modelId, uint256 version) internal returns (uint256 engagementId) {
        vm.prank(by);
        return audits.openEngagement(modelId, version);
    }

    function assertState(uint256 engagementId, IAuditRegistry.State expected) internal view {
        assertEq(uint256(audits.engagement(engagementId).state), uint256(expected));
    }
}
