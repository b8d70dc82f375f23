// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// @title IDataRegistry
/// @notice The data roots that auditors signed, one for an engagement, each for one engagement ever.
/// @dev EIP-712 domain ("Tabella DataRegistry", "1", chainid, this contract), type
/// `DataRoot(uint256 engagementId,bytes32 dataRoot,uint256 rows,uint256 shards,uint256 schemaHash)`.
interface IDataRegistry {
    /// @notice What auditors signed, and who may withdraw it.
    /// @param engagementId the engagement
    /// @param dataRoot the statement page's `dataRoot`
    /// @param rows N, number of valid records
    /// @param shards S, number of shards
    /// @param schemaHash the policy's schema
    /// @param provider who gave the data and may revoke it, or 0. Not signed: the auditor who registers names it
    struct Registration {
        uint256 engagementId;
        bytes32 dataRoot;
        uint256 rows;
        uint256 shards;
        uint256 schemaHash;
        address provider;
    }

    /// @notice An auditor's signature.
    /// @param signer an account (ECDSA) or a contract (ERC-1271)
    /// @param signature 65 bytes of an account, or what the contract takes
    struct Signature {
        address signer;
        bytes signature;
    }

    /// @notice The data of an engagement.
    /// @param dataRoot 0 where none is registered
    /// @param provider who may revoke it besides the timelock
    /// @param rows number of valid records
    /// @param shards number of shards
    /// @param revokedAt second of its revocation, or 0
    struct Data {
        bytes32 dataRoot;
        address provider;
        uint24 rows;
        uint16 shards;
        uint40 revokedAt;
    }

    /// @notice A data root was registered for an engagement.
    event DataRegistered(
        uint256 indexed engagementId,
        bytes32 indexed dataRoot,
        address indexed provider,
        uint256 rows,
        uint256 shards,
        uint256 schemaHash,
        address[] signers
    );

    /// @notice A data root was revoked.
    event DataRevoked(uint256 indexed engagementId, bytes32 indexed dataRoot, address indexed by, string reason);

    /// @notice The AuditRegistry was named, once and for all.
    event AuditRegistrySet(address audits);

    /// @notice Only an auditor of the engagement's policy may register its data: whoever sends names the provider.
    error NotAnAuditor(uint256 policyVersion, address account);

    /// @notice The data have another schema than the policy.
    error WrongSchema(uint256 schemaHash, uint256 expected);

    /// @notice This engagement has its data already.
    error EngagementHasData(uint256 engagementId, bytes32 dataRoot);

    /// @notice This root serves, or has served, an engagement.
    error RootTaken(bytes32 dataRoot, uint256 engagementId);

    /// @notice A data root is never 0.
    error RootZero();

    /// @notice Too few auditors signed.
    error TooFewSignatures(uint256 signatures, uint256 threshold);

    /// @notice Signers come in ascending order, each once.
    error SignersNotAscending(uint256 place);

    /// @notice This signature is not the signer's, or not over these data.
    error InvalidSignature(uint256 place, address signer);

    /// @notice No such root is registered.
    error UnknownRoot(bytes32 dataRoot);

    /// @notice The root is revoked already.
    error AlreadyRevoked(bytes32 dataRoot, uint256 revokedAt);

    /// @notice The AuditRegistry is named already.
    error AuditRegistryAlreadySet(address audits);

    /// @notice An address that must be a contract is not.
    error NotAContract(address account);

    /// @notice Registers the data of an engagement. For an auditor of its policy, with the signatures of as many auditors as the
    /// policy asks for.
    function register(Registration calldata registration, Signature[] calldata signatures) external;

    /// @notice Withdraws a data root: its engagement, if open, ends without a verdict, and nothing is paid on its attestation any
    /// more. For the provider and the ADMIN.
    function revoke(bytes32 dataRoot, string calldata reason) external;

    /// @notice Names the AuditRegistry, once. For the ADMIN.
    function setAuditRegistry(address audits_) external;

    /// @notice The data of an engagement; all 0 where there are none.
    function data(uint256 engagementId) external view returns (Data memory);

    /// @notice The engagement that a root serves or served, or 0.
    function engagementOf(bytes32 dataRoot) external view returns (uint256 engagementId);

    /// @notice Whether an engagement's data are registered and revoked.
    function isRevoked(uint256 engagementId) external view returns (bool);

    /// @notice What an auditor signs: the EIP-712 digest.
    function digest(uint256 engagementId, bytes32 dataRoot, uint256 rows, uint256 shards, uint256 schemaHash)
        external
        view
        returns (bytes32);

    /// @notice The AuditRegistry, or 0 before it is named.
    function audits() external view returns (address);
}
