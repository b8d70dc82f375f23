// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IAuditRegistry} from "./interfaces/IAuditRegistry.sol";
import {IDataRegistry} from "./interfaces/IDataRegistry.sol";
import {IPolicyRegistry} from "./interfaces/IPolicyRegistry.sol";

/// @title DataRegistry
/// @notice The data roots that auditors signed.
/// @dev Signatures can be copied, so anyone could register them; since whoever registers names the provider, who may revoke, only
/// an auditor of the policy may.
contract DataRegistry is AccessManaged, EIP712, IDataRegistry {
    bytes32 private constant DATA_ROOT_TYPE =
        keccak256("DataRoot(uint256 engagementId,bytes32 dataRoot,uint256 rows,uint256 shards,uint256 schemaHash)");

    /// @notice The policies, which name the auditors.
    IPolicyRegistry public immutable policies;

    /// @inheritdoc IDataRegistry
    address public audits;

    /// @inheritdoc IDataRegistry
    mapping(bytes32 dataRoot => uint256 engagementId) public engagementOf;

    mapping(uint256 engagementId => Data) private _data;

    /// @param authority_ the AccessManager that says who may revoke besides providers
    /// @param policies_ PolicyRegistry
    constructor(address authority_, IPolicyRegistry policies_)
        AccessManaged(authority_)
        EIP712("Tabella DataRegistry", "1")
    {
        if (address(policies_).code.length == 0) revert NotAContract(address(policies_));
        policies = policies_;
    }

    /// @inheritdoc IDataRegistry
    /// @dev The AuditRegistry, which is told last, refuses data that come too late or have a shape that no circuit takes.
    function register(Registration calldata r, Signature[] calldata signatures) external {
        uint256 version = IAuditRegistry(audits).engagement(r.engagementId).policyVersion;
        if (!policies.isAuditor(version, msg.sender)) revert NotAnAuditor(version, msg.sender);
        if (r.dataRoot == 0) revert RootZero();
        if (engagementOf[r.dataRoot] != 0) revert RootTaken(r.dataRoot, engagementOf[r.dataRoot]);
        Data storage d = _data[r.engagementId];
        if (d.dataRoot != 0) revert EngagementHasData(r.engagementId, d.dataRoot);
        IPolicyRegistry.Policy memory p = policies.policy(version);
        if (r.schemaHash != p.schemaHash) revert WrongSchema(r.schemaHash, p.schemaHash);
        if (signatures.length < p.auditorThreshold) revert TooFewSignatures(signatures.length, p.auditorThreshold);
        address[] memory signers = _checkSignatures(version, r, signatures);

        engagementOf[r.dataRoot] = r.engagementId;
        (d.dataRoot, d.provider) = (r.dataRoot, r.provider);
        (d.rows, d.shards) = (SafeCast.toUint24(r.rows), SafeCast.toUint16(r.shards));
        emit DataRegistered(r.engagementId, r.dataRoot, r.provider, r.rows, r.shards, r.schemaHash, signers);
        IAuditRegistry(audits).noteData(r.engagementId, r.rows, r.shards);
    }

    /// @inheritdoc IDataRegistry
    function revoke(bytes32 dataRoot, string calldata reason) external {
        uint256 engagementId = engagementOf[dataRoot];
        if (engagementId == 0) revert UnknownRoot(dataRoot);
        Data storage d = _data[engagementId];
        if (msg.sender != d.provider) _checkCanCall(_msgSender(), _msgData());
        if (d.revokedAt != 0) revert AlreadyRevoked(dataRoot, d.revokedAt);
        d.revokedAt = SafeCast.toUint40(block.timestamp);
        emit DataRevoked(engagementId, dataRoot, msg.sender, reason);
    }

    /// @inheritdoc IDataRegistry
    function setAuditRegistry(address audits_) external restricted {
        if (audits != address(0)) revert AuditRegistryAlreadySet(audits);
        if (audits_.code.length == 0) revert NotAContract(audits_);
        audits = audits_;
        emit AuditRegistrySet(audits_);
    }

    /// @inheritdoc IDataRegistry
    function data(uint256 engagementId) external view returns (Data memory) {
        return _data[engagementId];
    }

    /// @inheritdoc IDataRegistry
    function isRevoked(uint256 engagementId) external view returns (bool) {
        return _data[engagementId].revokedAt != 0;
    }

    /// @inheritdoc IDataRegistry
    function digest(uint256 engagementId, bytes32 dataRoot, uint256 rows, uint256 shards, uint256 schemaHash)
        public
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(keccak256(abi.encode(DATA_ROOT_TYPE, engagementId, dataRoot, rows, shards, schemaHash)));
    }

    /// @dev Ascending, so that no auditor counts twice; each an auditor of the policy and its signature over these data.
    function _checkSignatures(uint256 version, Registration calldata r, Signature[] calldata signatures)
        private
        view
        returns (address[] memory signers)
    {
        bytes32 signed = digest(r.engagementId, r.dataRoot, r.rows, r.shards, r.schemaHash);
        signers = new address[](signatures.length);
        address last = address(0);
        for (uint256 i = 0; i < signatures.length; ++i) {
            address signer = signatures[i].signer;
            if (signer <= last) revert SignersNotAscending(i);
            last = signer;
            signers[i] = signer;
            if (!policies.isAuditor(version, signer)) revert NotAnAuditor(version, signer);
            if (!SignatureChecker.isValidSignatureNowCalldata(signer, signed, signatures[i].signature)) {
                revert InvalidSignature(i, signer);
            }
        }
    }
}
