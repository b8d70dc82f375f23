//! The part of the audit contracts' ABI that this program calls, typed; see the parent module.

use alloy::sol;

sol! {
    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface IModelRegistry {
        enum Status { Unknown, Active, Flagged, Halted }
        struct Model {
            uint256 commitment;
            address owner;
            Status status;
            bool retired;
            uint40 registeredAt;
            uint64 lineage;
            uint128 bond;
        }
        event ModelRegistered(
            uint256 indexed modelId, uint256 indexed commitment, address indexed owner, uint256 lineage, uint256 bond, string uri
        );
        event StatusChanged(uint256 indexed modelId, Status from, Status to, address indexed by, string reason);
        event BondAdded(uint256 indexed modelId, address indexed from, uint256 amount);
        event BondSlashed(uint256 indexed modelId, uint256 amount);
        event BondWithdrawn(uint256 indexed modelId, address indexed to, uint256 amount);
        event ModelRetired(uint256 indexed modelId);
        function register(uint256 commitment, uint256 lineage, string calldata uri) external payable returns (uint256 modelId);
        function addBond(uint256 modelId) external payable;
        function flag(uint256 modelId, string calldata reason) external;
        function halt(uint256 modelId, string calldata reason) external;
        function restore(uint256 modelId, string calldata reason) external;
        function retire(uint256 modelId) external;
        function withdrawBond(uint256 modelId, address payable to) external;
        function collectSlashed() external;
        function setAuditRegistry(address audits_) external;
        function model(uint256 modelId) external view returns (Model memory);
        function isActive(uint256 modelId) external view returns (bool);
        function modelOf(uint256 commitment) external view returns (uint256 modelId);
        function models() external view returns (uint256);
        function minimumBond() external view returns (uint256);
        function slashed() external view returns (uint256);
        function treasury() external view returns (address);
        function audits() external view returns (address);
    }

    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface IPolicyRegistry {
        struct Terms {
            uint256[11] words;
            uint32 validity;
            uint32 dataPeriod;
            uint32 ackPeriod;
            uint32 auditPeriod;
            uint8 auditorThreshold;
            address[] auditors;
            bytes32 textHash;
            string uri;
        }
        struct Policy {
            uint256 schemaHash;
            bytes32 wordsHash;
            uint256[2] point;
            uint40 adoptedAt;
            uint32 validity;
            uint32 dataPeriod;
            uint32 ackPeriod;
            uint32 auditPeriod;
            uint8 auditorThreshold;
            uint8 auditors;
        }
        event PolicyAdopted(uint256 indexed version, uint256 indexed schemaHash, bytes32 textHash, Terms terms);
        function adopt(Terms calldata terms) external returns (uint256 version);
        function policy(uint256 version) external view returns (Policy memory);
        function isAuditor(uint256 version, address account) external view returns (bool);
        function policies() external view returns (uint256);
        function verifier() external view returns (address);
    }

    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface IDataRegistry {
        struct Registration {
            uint256 engagementId;
            bytes32 dataRoot;
            uint256 rows;
            uint256 shards;
            uint256 schemaHash;
            address provider;
        }
        struct Signature { address signer; bytes signature; }
        struct Data { bytes32 dataRoot; address provider; uint24 rows; uint16 shards; uint40 revokedAt; }
        event DataRegistered(
            uint256 indexed engagementId, bytes32 indexed dataRoot, address indexed provider,
            uint256 rows, uint256 shards, uint256 schemaHash, address[] signers
        );
        event DataRevoked(uint256 indexed engagementId, bytes32 indexed dataRoot, address indexed by, string reason);
        function register(Registration calldata registration, Signature[] calldata signatures) external;
        function revoke(bytes32 dataRoot, string calldata reason) external;
        function setAuditRegistry(address audits_) external;
        function data(uint256 engagementId) external view returns (Data memory);
        function engagementOf(bytes32 dataRoot) external view returns (uint256 engagementId);
        function digest(uint256 engagementId, bytes32 dataRoot, uint256 rows, uint256 shards, uint256 schemaHash)
            external view returns (bytes32);
        function policies() external view returns (address);
        function audits() external view returns (address);
    }

    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface IAuditRegistry {
        enum State { Unknown, AwaitingData, Running, Objected, Passed, Failed, Defaulted, Lapsed }
        enum Verdict { Fail, Pass, Insufficient }
        struct Engagement {
            uint256 modelId;
            uint256 policyVersion;
            address owner;
            State state;
            uint256 context;
            uint40 dataBy;
            uint40 start;
            uint40 deadline;
            uint256 shards;
            uint256 acc;
            uint256[2] point;
        }
        struct VerdictProof {
            uint256 verdict;
            uint256 h;
            uint256[8] proof;
            uint256[] digests;
            uint256[] counts;
        }
        struct Attestation {
            uint256 modelId;
            uint256 policyVersion;
            Verdict verdict;
            bytes32 dataRoot;
            uint40 issuedAt;
            uint40 expiry;
            uint40 revokedAt;
        }
        event EngagementOpened(
            uint256 indexed engagementId, uint256 indexed modelId, uint256 indexed policyVersion,
            address by, uint256 context, uint40 dataBy
        );
        event DataReceived(uint256 indexed engagementId, uint256 rows, uint256 shards, uint40 start);
        event Acknowledged(uint256 indexed engagementId, uint40 deadline);
        event Objected(uint256 indexed engagementId, string reason);
        event ObjectionOverruled(uint256 indexed engagementId, uint40 deadline);
        event EngagementLapsed(uint256 indexed engagementId, address indexed by);
        event ShardsVerified(uint256 indexed engagementId, uint256 indexed first, uint256[] digests, uint256[] counts, uint256 acc);
        event VerdictAttested(
            uint256 indexed engagementId, uint256 indexed modelId, uint256 indexed policyVersion,
            Verdict verdict, bytes32 dataRoot, uint40 issuedAt, uint40 expiry
        );
        event DeadlineEnforced(uint256 indexed engagementId, uint256 indexed modelId, address indexed by);
        event AttestationRevoked(uint256 indexed engagementId, string reason);
        function openEngagement(uint256 modelId, uint256 policyVersion) external returns (uint256 engagementId);
        function acknowledge(uint256 engagementId) external;
        function objectToData(uint256 engagementId, string calldata reason) external;
        function resolve(uint256 engagementId, bool dismiss) external;
        function lapse(uint256 engagementId) external;
        function submitShards(
            uint256 engagementId, uint256[] calldata digests, uint256[] calldata counts, uint256[8][] calldata proofs
        ) external;
        function submitVerdict(uint256 engagementId, VerdictProof calldata given) external;
        function enforceDeadline(uint256 engagementId) external;
        function revokeAttestation(uint256 attestationId, string calldata reason) external;
        function engagement(uint256 engagementId) external view returns (Engagement memory);
        function attestation(uint256 attestationId) external view returns (Attestation memory);
        function isValid(uint256 attestationId) external view returns (bool);
        function lastPass(uint256 modelId, uint256 policyVersion) external view returns (uint256 attestationId);
        function openEngagements(uint256 modelId) external view returns (uint256);
        function engagements() external view returns (uint256);
        function failShare() external view returns (uint256);
        function models() external view returns (address);
        function policies() external view returns (address);
        function data() external view returns (address);
        function shardVerifier() external view returns (address);
        function verdictVerifier() external view returns (address);
    }

    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface IMilestoneTreasury {
        enum State { Unknown, Open, Released, ClawedBack }
        struct Milestone {
            uint64 modelId;
            uint32 policyVersion;
            address beneficiary;
            State state;
            uint40 createdAt;
            uint40 deadline;
            address token;
            uint256 amount;
            uint256 funded;
        }
        event MilestoneCreated(
            uint256 indexed milestoneId, uint256 indexed modelId, uint256 indexed policyVersion,
            address beneficiary, address token, uint256 amount, uint40 deadline
        );
        event MilestoneFunded(uint256 indexed milestoneId, address indexed from, uint256 amount, uint256 funded);
        event MilestoneReleased(
            uint256 indexed milestoneId, uint256 indexed attestationId, address indexed beneficiary, uint256 amount
        );
        event MilestoneClawedBack(uint256 indexed milestoneId, address indexed by, uint256 amount);
        function create(
            uint256 modelId, uint256 policyVersion, address beneficiary, address token, uint256 amount, uint40 deadline
        ) external payable returns (uint256 milestoneId);
        function fund(uint256 milestoneId, uint256 amount) external payable;
        function release(uint256 milestoneId, uint256 attestationId) external;
        function clawBack(uint256 milestoneId) external;
        function milestone(uint256 milestoneId) external view returns (Milestone memory);
        function milestones() external view returns (uint256);
        function treasury() external view returns (address);
        function audits() external view returns (address);
        function models() external view returns (address);
    }

    /// What an auditor signs (EIP-712); DataRegistry recomputes it.
    #[derive(Debug, PartialEq, Eq)]
    struct DataRoot {
        uint256 engagementId;
        bytes32 dataRoot;
        uint256 rows;
        uint256 shards;
        uint256 schemaHash;
    }
}
