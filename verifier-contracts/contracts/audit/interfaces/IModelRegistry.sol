// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// @title IModelRegistry
/// @notice Models by their commitments, each with an owner, a bond and a status.
/// @dev A status gets worse by the guardian (`flag`, `halt`) or by the AuditRegistry (`haltAndSlash`), and better by the ADMIN of the
/// AccessManager alone (`restore`), which after set-up is the timelock.
interface IModelRegistry {
    /// @notice How a model stands; a later one is worse.
    enum Status {
        Unknown, // no such model
        Active, // in good standing
        Flagged, // in doubt: nothing is paid
        Halted // stopped: nothing is paid, and milestones may be clawed back
    }

    /// @notice A registered model.
    /// @param commitment the statement page's `model`, 0 < commitment < r; never changes
    /// @param owner who registered it; never changes
    /// @param status how it stands
    /// @param retired whether its owner has withdrawn it for good
    /// @param registeredAt second of its registration
    /// @param lineage id of the owner's earlier model that this one follows, or 0
    /// @param bond wei at stake
    struct Model {
        uint256 commitment;
        address owner;
        Status status;
        bool retired;
        uint40 registeredAt;
        uint64 lineage;
        uint128 bond;
    }

    /// @notice A model was registered. `uri` says where people read about it.
    event ModelRegistered(
        uint256 indexed modelId,
        uint256 indexed commitment,
        address indexed owner,
        uint256 lineage,
        uint256 bond,
        string uri
    );

    /// @notice A model's status changed; `by` is the guardian, the AuditRegistry or the timelock.
    event StatusChanged(uint256 indexed modelId, Status from, Status to, address indexed by, string reason);

    /// @notice A bond grew by `amount` wei.
    event BondAdded(uint256 indexed modelId, address indexed from, uint256 amount);

    /// @notice A bond lost `amount` wei to the treasury.
    event BondSlashed(uint256 indexed modelId, uint256 amount);

    /// @notice What was left of a retired model's bond went back to its owner.
    event BondWithdrawn(uint256 indexed modelId, address indexed to, uint256 amount);

    /// @notice The owner withdrew the model for good.
    event ModelRetired(uint256 indexed modelId);

    /// @notice Slashed bonds went to the treasury.
    event SlashedCollected(address indexed treasury, uint256 amount);

    /// @notice The least bond of a registration and of an engagement is now `amount` wei.
    event MinimumBondSet(uint256 amount);

    /// @notice The AuditRegistry was named, once and for all.
    event AuditRegistrySet(address audits);

    /// @notice No model has this id.
    error UnknownModel(uint256 modelId);

    /// @notice A commitment is a field element other than 0.
    error CommitmentOutOfRange(uint256 commitment);

    /// @notice This commitment is registered already.
    error CommitmentTaken(uint256 commitment, uint256 modelId);

    /// @notice The bond is below the DAO's minimum.
    error BondTooSmall(uint256 bond, uint256 minimum);

    /// @notice Only the model's owner may do this.
    error NotTheOwner(uint256 modelId, address owner, address sender);

    /// @notice A status can only get worse this way.
    error StatusNotWorse(uint256 modelId, Status from, Status to);

    /// @notice There is nothing to recover from.
    error AlreadyActive(uint256 modelId);

    /// @notice The model is retired.
    error ModelIsRetired(uint256 modelId);

    /// @notice The model is not retired.
    error ModelNotRetired(uint256 modelId);

    /// @notice Engagements of this model are still open.
    error EngagementsOpen(uint256 modelId, uint256 open);

    /// @notice There is nothing to pay out.
    error NothingToPay();

    /// @notice Only the AuditRegistry may do this.
    error NotTheAuditRegistry(address sender);

    /// @notice The AuditRegistry is named already.
    error AuditRegistryAlreadySet(address audits);

    /// @notice An address that must be a contract is not.
    error NotAContract(address account);

    /// @notice Slashed bonds need a receiver.
    error TreasuryZero();

    /// @notice Ether could not be sent.
    error PaymentFailed(address to, uint256 amount);

    /// @notice Registers a model whose bond is the ether sent along, at least `minimumBond`.
    /// @param commitment the statement page's `model`
    /// @param lineage id of the sender's earlier model that this one follows, or 0
    /// @param uri where people read about it
    /// @return modelId ids count from 1
    function register(uint256 commitment, uint256 lineage, string calldata uri)
        external
        payable
        returns (uint256 modelId);

    /// @notice Adds the ether sent along to a bond; anyone may.
    function addBond(uint256 modelId) external payable;

    /// @notice Puts a model in doubt. For the role GUARDIAN.
    function flag(uint256 modelId, string calldata reason) external;

    /// @notice Stops a model. For the role GUARDIAN.
    function halt(uint256 modelId, string calldata reason) external;

    /// @notice Makes a flagged or halted model active again. For the ADMIN: the timelock.
    function restore(uint256 modelId, string calldata reason) external;

    /// @notice Stops a model, if it is not stopped yet, and takes a part of its bond. For the AuditRegistry.
    /// @param basisPoints part of the bond, of 10,000
    function haltAndSlash(uint256 modelId, uint256 basisPoints, string calldata reason) external;

    /// @notice Withdraws a model for good; its status stays readable. For its owner.
    function retire(uint256 modelId) external;

    /// @notice Pays a retired model's bond back, when no engagement of it is open. For its owner.
    /// @param to who receives it
    function withdrawBond(uint256 modelId, address payable to) external;

    /// @notice Sends slashed bonds to the treasury; anyone may.
    function collectSlashed() external;

    /// @notice Sets the least bond, in wei. For the ADMIN.
    function setMinimumBond(uint256 amount) external;

    /// @notice Names the AuditRegistry, once. For the ADMIN.
    function setAuditRegistry(address audits_) external;

    /// @notice A model; reverts where there is none.
    function model(uint256 modelId) external view returns (Model memory);

    /// @notice A model's commitment; 0 where there is no such model.
    function commitmentOf(uint256 modelId) external view returns (uint256);

    /// @notice How a model stands; Unknown where there is none.
    function status(uint256 modelId) external view returns (Status);

    /// @notice Whether a model is Active and not retired.
    function isActive(uint256 modelId) external view returns (bool);

    /// @notice The id under which a commitment is registered, or 0.
    function modelOf(uint256 commitment) external view returns (uint256 modelId);

    /// @notice Number of models, which is the last id.
    function models() external view returns (uint256);

    /// @notice Least bond of a registration and of an engagement, in wei.
    function minimumBond() external view returns (uint256);

    /// @notice Wei slashed and not yet collected.
    function slashed() external view returns (uint256);

    /// @notice Where slashed bonds go: the timelock.
    function treasury() external view returns (address);

    /// @notice The AuditRegistry, or 0 before it is named.
    function audits() external view returns (address);
}
