// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What the holder signs: the whole of one settlement. The EIP-712 digest of this struct in the *source* gateway's domain
/// (name "SettlementGateway", version "1", source chain id, source gateway) is the settlement's fingerprint on both chains.
struct SettlementOrder {
    string settlementId;
    address holder;
    address recipient;
    address token;
    address destinationToken;
    address destinationGateway;
    uint256 amount;
    uint256 sourceChainId;
    uint256 destinationChainId;
    uint64 validBefore;
    uint8 maxAttempts;
}

enum OperationKind {
    Burn,
    Refund,
    Mint,
    CancelMint,
    ReverseMint
}

enum SlotState {
    None,
    Burned,
    Refunded,
    Minted,
    Cancelled,
    Reversed
}

/// One step of one settlement. `signature` is read by Burn only and empty otherwise.
struct Operation {
    OperationKind kind;
    uint8 attempt;
    SettlementOrder order;
    bytes signature;
}

interface ISettlementGateway {
    /// The operation changed the slot and moved (or tombstoned) what it says.
    event OperationApplied(
        bytes32 indexed settlementKey,
        bytes32 indexed fingerprint,
        OperationKind indexed kind,
        uint8 attempt,
        address account,
        uint256 amount
    );
    /// The slot already was in the operation's afterwards-state; nothing changed.
    event OperationAlreadyApplied(
        bytes32 indexed settlementKey,
        bytes32 indexed fingerprint,
        OperationKind indexed kind,
        uint8 attempt
    );
    /// The operation was refused on its own; `reason` is the selector of one of the errors below.
    /// The fingerprint is what the order would have had here: when the destination does not know the route it is taken with
    /// the zero address as source gateway, and for an id that is not 1 to 64 bytes long key and fingerprint are zero. The
    /// n-th event of these three kinds in a call of `execute` always belongs to its n-th operation.
    event OperationRefused(
        bytes32 indexed settlementKey,
        bytes32 indexed fingerprint,
        OperationKind indexed kind,
        uint8 attempt,
        bytes4 reason
    );
    event OrderRevoked(bytes32 indexed settlementKey, bytes32 indexed fingerprint, address indexed holder);

    event RouteRegistered(
        address indexed token,
        uint256 indexed remoteChainId,
        address remoteGateway,
        address remoteToken,
        uint8 decimals
    );
    event RouteEnabledChanged(address indexed token, uint256 indexed remoteChainId, bool enabled);
    event LimitsChanged(
        address indexed token,
        uint256 mintMaxAmount,
        uint256 mintPerSecond,
        uint256 burnMaxAmount,
        uint256 burnPerSecond
    );
    event PausedNewChanged(bool paused);
    event PausedAllChanged(bool paused);

    error OrderInvalid(); // never acceptable: no amount, no recipient, id not 1..64 bytes, a word wider than its type
    error OrderMismatch(); // the slot belongs to another order under the same id
    error Superseded(); // the slot's state does not allow this operation (any more)
    error NotAuthorized(); // the caller has no role for this kind
    error WrongChain(); // the order's source/destination chain or gateway is not this one
    error RouteUnknown(); // token pair and remote gateway are not a registered route
    error RouteDisabled(); // route is known, but takes no new burns
    error Expired(); // block.timestamp >= validBefore
    error AttemptsExhausted(); // attempt >= maxAttempts
    error Revoked(); // the holder revoked the order
    error SignatureInvalid();
    error RateLimited(); // over the token's mint or burn limit now
    error PausedNew(); // new burns are paused
    error PausedAll(); // everything is paused
    error TokenRefused(); // the token's call failed (frozen account, lack of balance, ...)
    error TokenMisbehaved(); // balance or supply did not change by exactly the amount
    error GasCapExceeded(); // the operation did not finish within its cap
    error InsufficientGas(); // whole transaction reverts: gasleft cannot cover the next operation's cap
    error NotSelf();
    error NotHolder();
    error RouteInvalid(); // registerRoute: own chain, no code at the token, or an empty remote end
    error RouteAlreadyRegistered(); // registerRoute: remote ends never change
    error DecimalsMismatch(); // registerRoute: the token's own decimals are not the remote ones
    error LimitInvalid(); // setLimits: more than a uint128

    /// Applies, finds applied, or refuses each operation on its own. Reverts as a whole only for InsufficientGas,
    /// re-entrancy or an undecodable input.
    function execute(Operation[] calldata operations) external;

    /// The holder withdraws consent: no further Burn of this order. Allowed while the slot is None or Refunded for it.
    function revoke(SettlementOrder calldata order) external;

    /// key = keccak256(bytes(settlementId)); orderHash = the fingerprint truncated to 240 bits (its upper 240).
    function slotOf(bytes32 settlementKey) external view returns (SlotState state, uint8 attempt, uint240 orderHash);

    struct Slot {
        SlotState state;
        uint8 attempt;
        uint240 orderHash;
    }

    /// The slots of many settlements at one block, in the order of the keys.
    function slotsOf(bytes32[] calldata settlementKeys) external view returns (Slot[] memory);
    /// What each of these Burns would be refused for at this instant if it were alone, by the selectors of the errors above; zero:
    /// nothing is known against it. Neither the caller's role nor what only the token knows (a frozen account) is asked.
    function burnRefusalsOf(Operation[] calldata burns) external view returns (bytes4[] memory reasons);
    /// One of them: reverts with the reason.
    function checkBurn(Operation calldata operation) external view;
    /// The fingerprint, valid on source and destination.
    function fingerprintOf(SettlementOrder calldata order) external view returns (bytes32);
    function isRevoked(bytes32 fingerprint) external view returns (bool);

    struct Route {
        address remoteGateway;
        address remoteToken;
        uint8 decimals;
        bool enabled;
    }
    function routeOf(address token, uint256 remoteChainId) external view returns (Route memory);
    /// Limit state now: what can be minted / burned at this instant and the most that ever can (bucket size).
    function mintLimitOf(address token) external view returns (uint256 availableAmount, uint256 maxAmount);
    function burnLimitOf(address token) external view returns (uint256 availableAmount, uint256 maxAmount);

    function pausedNew() external view returns (bool);
    function pausedAll() external view returns (bool);

    /// Gas that one operation of this kind can take at most, excluding calldata; and the fixed cost of a transaction's frame
    /// (the 21,000 included). gasBase + the sum of gasCapOf + the calldata's gas is a gas limit that always suffices.
    function gasCapOf(OperationKind kind) external pure returns (uint256);
    function gasBase() external pure returns (uint256);

    // Administration, all `restricted` by the AccessManager (delays are the roles' execution delays there).
    /// Remote ends never change once set: a new remote gateway is a new route key on a new gateway. Decimals must equal the
    /// token's. A registered route is enabled; without limits (setLimits) it still moves nothing.
    function registerRoute(
        address token,
        uint256 remoteChainId,
        address remoteGateway,
        address remoteToken,
        uint8 remoteDecimals
    ) external;
    function setRouteEnabled(address token, uint256 remoteChainId, bool enabled) external;
    /// Bucket size and refill per second, ERC-7281 style. What is used up of a bucket stays used when its size changes.
    function setLimits(
        address token,
        uint256 mintMaxAmount,
        uint256 mintPerSecond,
        uint256 burnMaxAmount,
        uint256 burnPerSecond
    ) external;
    function setPausedNew(bool paused) external;
    function setPausedAll(bool paused) external;

    // Self-only entry points. Their selectors are what the AccessManager's roles are set on: whoever may call `burn`
    // according to the manager may have Burn operations executed, and so on. Called by anyone but the gateway: NotSelf.
    function burn(Operation calldata operation) external;
    function refund(Operation calldata operation) external;
    function mint(Operation calldata operation) external;
    function cancelMint(Operation calldata operation) external;
    function reverseMint(Operation calldata operation) external;
}
